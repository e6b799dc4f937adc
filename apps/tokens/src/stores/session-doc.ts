import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/** Somebody who is signed in. */
export interface SessionDoc extends Audited, Changing {
  secretHash: string;
  adminId: string | null;
  /** The key that was signed in with; when that ends, so does the session. */
  keyId: string | null;
  /** The admin's epoch when the session began: an admin in a later one has ended it. */
  epoch: number;
  createdAt: Date;
  /** To the minute. */
  lastActiveAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

export const SESSIONS = 'sessions';

export const sessionSchema = new Schema<SessionDoc>(
  {
    _id: String,
    secretHash: String,
    adminId: String,
    keyId: String,
    epoch: Number,
    createdAt: Date,
    lastActiveAt: Date,
    expiresAt: Date,
    endedAt: Date,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: SESSIONS, versionKey: false, autoIndex: false },
)
  .index({ secretHash: 1 }, { unique: true })
  .index({ expiresAt: 1 })
  .index({ pendingRev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** The epoch of sessions that no account stands behind. */
export const NO_EPOCH = 0;

const IDLE_MS = 30 * 60_000;
export const SESSION_MS = 12 * 3_600_000;
export const ACTIVITY_STEP_MS = 60_000;

/** When the session ends if nothing happens. */
export function idleExpiryMs({ lastActiveAt, expiresAt }: SessionDoc): number {
  return Math.min(lastActiveAt.getTime() + IDLE_MS, expiresAt.getTime());
}
