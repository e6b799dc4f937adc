import type { Token, TokenState } from '@sluice/contracts/tokens';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/** An access token as stored. `nameKey` is its name as compared, gone once it is revoked, so that the name is free again. */
export interface TokenDoc extends Changing {
  name: string;
  nameKey?: string;
  secretHash: string;
  hint: string;
  expiresAt: Date | null;
  revokedAt: Date | null;
  createdAt: Date;
  revision: number;
}

export const TOKENS = 'tokens';

export const tokenSchema = new Schema<TokenDoc>(
  {
    _id: String,
    name: String,
    nameKey: String,
    secretHash: String,
    hint: String,
    expiresAt: Date,
    revokedAt: Date,
    createdAt: Date,
    revision: Number,
    pendingRev: String,
    pendingSince: Date,
  },
  { collection: TOKENS, versionKey: false, autoIndex: false },
)
  .index({ nameKey: 1 }, { unique: true, sparse: true })
  .index({ secretHash: 1 }, { unique: true })
  .index({ pendingSince: 1 }, { sparse: true });

/** Two names that only differ in case or in compatible characters look the same to people. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

export function tokenState(doc: TokenDoc, wallMs: number): TokenState {
  if (doc.revokedAt) return 'revoked';
  return doc.expiresAt && doc.expiresAt.getTime() <= wallMs ? 'expired' : 'active';
}

/** The token as publishers see it. */
export function tokenOf(doc: TokenDoc, wallMs: number): Token {
  return {
    id: doc._id,
    name: doc.name,
    hint: doc.hint,
    state: tokenState(doc, wallMs),
    expiresAt: doc.expiresAt?.toISOString() ?? null,
    createdAt: doc.createdAt.toISOString(),
    revision: doc.revision,
  };
}
