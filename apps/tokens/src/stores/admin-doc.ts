import type { Admin, AdminState, Role } from '@sluice/contracts/tokens/admins';
import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/** An admin account as stored. What is removed stays behind as a name, so that what it once did has one. */
export interface AdminDoc extends Audited, Changing {
  name: string;
  email: string;
  /** The email as compared; gone with the account, so that it is free again. */
  emailKey?: string;
  role: Role;
  state: AdminState | 'removed';
  /** A PHC string with salt and parameters; null until the invitation is accepted. */
  passwordHash: string | null;
  /** Sessions of an earlier epoch are over: one write ends all of them. */
  epoch: number;
  /** The one-time link that is open: the invitation's, or of an active account one for a new password. */
  invite: { secretHash: string; expiresAt: Date } | null;
  createdAt: Date;
  lastSignInAt: Date | null;
  revision: number;
  /** The last change of role or state that the roster let through. */
  lastChange?: string;
}

export const ADMINS = 'admins';

export const adminSchema = new Schema<AdminDoc>(
  {
    _id: String,
    name: String,
    email: String,
    emailKey: String,
    role: String,
    state: String,
    passwordHash: String,
    epoch: Number,
    invite: new Schema({ secretHash: String, expiresAt: Date }, { _id: false }),
    createdAt: Date,
    lastSignInAt: Date,
    revision: Number,
    lastChange: String,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: ADMINS, versionKey: false, autoIndex: false },
)
  .index({ emailKey: 1 }, { unique: true, sparse: true })
  .index({ 'invite.secretHash': 1 }, { sparse: true })
  .index({ pendingRev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** Emails that differ in case only reach the same person. */
export function emailKeyOf(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/** The admin as others see it; null once removed. */
export function adminOf(doc: AdminDoc): Admin | null {
  if (doc.state === 'removed') return null;
  return {
    id: doc._id,
    name: doc.name,
    email: doc.email,
    role: doc.role,
    state: doc.state,
    createdAt: doc.createdAt.toISOString(),
    lastSignInAt: doc.lastSignInAt?.toISOString() ?? null,
    revision: doc.revision,
  };
}
