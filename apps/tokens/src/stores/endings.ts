import type { Ending } from '@sluice/storage/revocation-entry';
import type { AdminDoc } from './admin-doc';
import type { AdminKeyDoc } from './admin-key-doc';
import type { AgentDoc } from './agent-doc';
import type { LinkDoc } from './link-doc';
import type { SessionDoc } from './session-doc';
import type { TokenDoc } from './token-doc';

/** What a token's state takes from an earlier one of the same token: its life, its secrets, its limits. */
export function endingOfToken(doc: TokenDoc): Ending | null {
  if (doc.revision === 1) return null;
  const { revokedAt, disabled, expiresAt, limits, secretHash, hint, former = null, endedHash = null } = doc;
  return {
    set: {
      secretHash,
      hint,
      former,
      endedHash,
      ...(revokedAt && { revokedAt }),
      ...(disabled && { disabled }),
      ...(expiresAt && { expiresAt }),
      ...(limits && { limits }),
    },
    ...(revokedAt && { unset: ['nameKey'] }),
  };
}

/** What an account was at last: its role, its password and sessions, its link, whether it is there. */
export function endingOfAdmin(doc: AdminDoc): Ending | null {
  if (doc.revision === 1) return null;
  const { role, state, passwordHash, epoch, invite } = doc;
  return {
    set: { role, passwordHash, epoch, invite, state },
    ...(state === 'removed' && { unset: ['emailKey'] }),
  };
}

export function endingOfKey({ revokedAt }: AdminKeyDoc): Ending | null {
  return revokedAt ? { set: { revokedAt } } : null;
}

/** A link that was ended stays so where the database is from before it was made: its address is good without a document. */
export function endingOfLink({ tokenId, secretHash, expiresAt, endedAt }: LinkDoc): Ending | null {
  return endedAt ? { set: { tokenId, secretHash, expiresAt, endedAt }, isNeeded: true } : null;
}

/** One that a restored database does not know has no secrets there either. */
export function endingOfAgent({ endedAt }: AgentDoc): Ending | null {
  return endedAt ? { set: { endedAt } } : null;
}

export function endingOfSession({ endedAt }: SessionDoc): Ending | null {
  return endedAt ? { set: { endedAt } } : null;
}
