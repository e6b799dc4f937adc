import type { AdminKey, AdminKeyState } from '@sluice/contracts/tokens/admins';
import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/** A key for the management routes, as stored. Keys of early installations have no more than the required members. */
export interface AdminKeyDoc extends Audited, Changing {
  secretHash: string;
  hint: string;
  createdAt: Date;
  /** Absent or null: the installation's own. */
  adminId?: string | null;
  name?: string;
  expiresAt?: Date | null;
  revokedAt?: Date | null;
  lastUsedAt?: Date | null;
}

export const ADMIN_KEYS = 'adminKeys';

/** The first key has a fixed id: MongoDB lets one replica insert it and no other. */
export const FIRST_ADMIN_KEY_ID = `key_${'0'.repeat(26)}`;
export const FIRST_KEY_NAME = 'first key';
export const CONFIGURED_KEY_NAME = 'configured key';

export const adminKeySchema = new Schema<AdminKeyDoc>(
  {
    _id: String,
    secretHash: String,
    hint: String,
    createdAt: Date,
    adminId: String,
    name: String,
    expiresAt: Date,
    revokedAt: Date,
    lastUsedAt: Date,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: ADMIN_KEYS, versionKey: false, autoIndex: false },
)
  .index({ secretHash: 1 }, { unique: true })
  .index({ adminId: 1, _id: -1 })
  .index({ pendingRev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** Keys of early installations have ids that begin as those of admins do now. */
const EARLY_PREFIX = 'adm_';

export function keyIdOf({ _id }: AdminKeyDoc): string {
  return _id.startsWith(EARLY_PREFIX) ? `key_${_id.slice(EARLY_PREFIX.length)}` : _id;
}

export function storedIdsOf(keyId: string): string[] {
  return [keyId, `${EARLY_PREFIX}${keyId.slice('key_'.length)}`];
}

export function keyNameOf(doc: AdminKeyDoc): string {
  return doc.name ?? (keyIdOf(doc) === FIRST_ADMIN_KEY_ID ? FIRST_KEY_NAME : CONFIGURED_KEY_NAME);
}

export function keyState({ revokedAt, expiresAt }: AdminKeyDoc, wallMs: number): AdminKeyState {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt.getTime() <= wallMs ? 'expired' : 'active';
}

/** The key as its admin sees it. */
export function adminKeyOf(doc: AdminKeyDoc, wallMs: number): AdminKey {
  return {
    id: keyIdOf(doc),
    adminId: doc.adminId ?? null,
    name: keyNameOf(doc),
    hint: doc.hint,
    state: keyState(doc, wallMs),
    expiresAt: doc.expiresAt?.toISOString() ?? null,
    lastUsedAt: doc.lastUsedAt?.toISOString() ?? null,
    createdAt: doc.createdAt.toISOString(),
  };
}
