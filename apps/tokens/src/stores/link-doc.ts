import type { Format } from '@sluice/contracts/formats';
import type { LivingLink } from '@sluice/contracts/tokens/links';
import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/**
 * A link to rows as stored: what it gives, on which secret it stands, and whether it was ended. It is good without this document,
 * and refused because of it. One that came back by the witness has the members of its end alone.
 */
export interface LinkDoc extends Audited, Changing {
  tokenId: string;
  secretHash: string;
  apiId: string;
  format: Format;
  query: string;
  latest: boolean;
  madeBy: LivingLink['madeBy'];
  createdAt: Date;
  expiresAt: Date;
  /** Absent while it is good. */
  endedAt?: Date;
}

export const LINKS = 'links';

export const linkSchema = new Schema<LinkDoc>(
  {
    _id: String,
    tokenId: String,
    secretHash: String,
    apiId: String,
    format: String,
    query: String,
    latest: Boolean,
    madeBy: Schema.Types.Mixed,
    createdAt: Date,
    expiresAt: Date,
    endedAt: Date,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: LINKS, versionKey: false, autoIndex: false },
)
  .index({ secretHash: 1, expiresAt: 1 })
  .index({ tokenId: 1, _id: -1 })
  .index({ apiId: 1, _id: -1 })
  .index({ expiresAt: 1 })
  .index({ pendingRev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** What a link gives, as the audit log has it. */
export function termsOf({ _id, apiId, format, query, latest, expiresAt }: LinkDoc) {
  return { id: _id, apiId, format, query, latest, expiresAt: expiresAt.toISOString() };
}

/** The link as publishers see it. */
export function linkOf(doc: LinkDoc): LivingLink {
  const { tokenId, madeBy, createdAt } = doc;
  return { ...termsOf(doc), tokenId, madeBy, createdAt: createdAt.toISOString() };
}
