import type { Leak } from '@sluice/contracts/tokens/leaks';
import { noLimits, type TokenLimits, withoutUnset } from '@sluice/contracts/tokens/token-limits';
import type { Token, TokenState } from '@sluice/contracts/tokens/tokens';
import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { type QueryFilter, Schema } from 'mongoose';
import type { StoredSecret } from '../secrets/secret';

/** A secret that was rotated away and works until its grace is over. */
interface FormerSecret extends StoredSecret {
  endsAt: Date;
}

/**
 * An access token as stored. `nameKey` is its name as compared, gone once it is revoked, so that the name is free again.
 * Members that an earlier release did not know of may be absent.
 */
export interface TokenDoc extends Audited, Changing, StoredSecret {
  name: string;
  nameKey?: string;
  description?: string;
  disabled?: boolean;
  limits?: TokenLimits;
  former?: FormerSecret | null;
  /** The secret that the last rotation ended at once: whoever still believes in it has to hear of that. */
  endedHash?: string | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt?: Date | null;
  leak?: Leak | null;
  createdBy?: string | null;
  createdAt: Date;
  revision: number;
}

export const TOKENS = 'tokens';

export const tokenSchema = new Schema<TokenDoc>(
  {
    _id: String,
    name: String,
    nameKey: String,
    description: String,
    secretHash: String,
    hint: String,
    disabled: Boolean,
    limits: Schema.Types.Mixed,
    former: Schema.Types.Mixed,
    endedHash: String,
    expiresAt: Date,
    revokedAt: Date,
    lastUsedAt: Date,
    leak: Schema.Types.Mixed,
    createdBy: String,
    createdAt: Date,
    revision: Number,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: TOKENS, versionKey: false, autoIndex: false, minimize: false },
)
  .index({ nameKey: 1 }, { unique: true, sparse: true })
  .index({ secretHash: 1 }, { unique: true })
  .index({ 'former.secretHash': 1 }, { sparse: true })
  .index({ pendingRev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** Two names that only differ in case or in compatible characters look the same to people. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

export function tokenState(doc: TokenDoc, wallMs: number): TokenState {
  if (doc.revokedAt) return 'revoked';
  if (doc.expiresAt && doc.expiresAt.getTime() <= wallMs) return 'expired';
  return doc.disabled ? 'disabled' : 'active';
}

/** Matches the tokens that `tokenState` says are in this state. */
export function inState(state: TokenState, now: Date): QueryFilter<TokenDoc> {
  if (state === 'revoked') return { revokedAt: { $ne: null } };
  if (state === 'expired') return { revokedAt: null, expiresAt: { $lte: now } };
  const disabled = state === 'disabled' ? true : { $ne: true };
  return { revokedAt: null, disabled, $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] };
}

/** Milliseconds that a secret of the token still has; null is without end, none left is 0 or less. */
export function remainingMs(doc: TokenDoc, secretHash: string, wallMs: number): number | null {
  const grace = doc.secretHash === secretHash ? null : (doc.former?.endsAt.getTime() ?? 0);
  const ends = [doc.expiresAt?.getTime() ?? null, grace].filter((end) => end !== null);
  return ends.length === 0 ? null : Math.min(...ends) - wallMs;
}

/** Every secret whose verdict a change of the token may change. */
export function secretHashesOf({ secretHash, former, endedHash }: TokenDoc): string[] {
  return [secretHash, former?.secretHash, endedHash].filter((hash) => typeof hash === 'string');
}

/** The secrets of the token that are good, or will be once it is enabled again. */
export function livingSecretsOf(doc: TokenDoc, wallMs: number): string[] {
  const state = tokenState(doc, wallMs);
  if (state === 'revoked' || state === 'expired') return [];
  const { secretHash, former } = doc;
  return [secretHash, ...(former && former.endsAt.getTime() > wallMs ? [former.secretHash] : [])];
}

export function limitsOf({ limits }: TokenDoc): TokenLimits {
  return { ...noLimits, ...limits };
}

/** The token as publishers see it. */
export function tokenOf(doc: TokenDoc, wallMs: number): Token {
  const { former } = doc;
  return {
    id: doc._id,
    name: doc.name,
    description: doc.description ?? '',
    hint: doc.hint,
    state: tokenState(doc, wallMs),
    expiresAt: doc.expiresAt?.toISOString() ?? null,
    lastUsedAt: doc.lastUsedAt?.toISOString() ?? null,
    createdBy: doc.createdBy ?? null,
    createdAt: doc.createdAt.toISOString(),
    limits: withoutUnset(limitsOf(doc)),
    rotation:
      former && former.endsAt.getTime() > wallMs && !doc.revokedAt
        ? { hint: former.hint, endsAt: former.endsAt.toISOString() }
        : null,
    leak: doc.leak ?? null,
    revision: doc.revision,
  };
}
