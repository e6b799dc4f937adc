import type { Ending } from '@sluice/storage/revocation-entry';
import type { AdminDoc } from './admin-doc';
import type { AdminKeyDoc } from './admin-key-doc';
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

export function endingOfSession({ endedAt }: SessionDoc): Ending | null {
  return endedAt ? { set: { endedAt } } : null;
}
