import { Inject, Injectable, Logger } from '@nestjs/common';
import { type AdminVerdict, verifyAdminKey } from '@sluice/contracts/tokens/admin-verdicts';
import type { Role } from '@sluice/contracts/tokens/admins';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { AdminChanges } from '../stores/admin-changes';
import type { AdminDoc } from '../stores/admin-doc';
import { type AdminKeyDoc, keyIdOf, keyNameOf, keyState } from '../stores/admin-key-doc';
import { AdminKeysStore } from '../stores/admin-keys.store';
import { AdminsStore } from '../stores/admins.store';

/** The one behind a key or a session; an installation's own key has no account and may do everything. */
export interface Holder {
  admin: AdminDoc | null;
  name: string;
  role: Role;
}

const MINUTE_MS = 60_000;

/** Says who holds a key, as long as the key and its admin are good. */
@Injectable()
export class KeyHolders {
  private readonly logger = new Logger(KeyHolders.name);

  constructor(
    private readonly store: AdminKeysStore,
    private readonly admins: AdminsStore,
    private readonly changes: AdminChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The change number is read first: a change that it does not cover may or may not be in the verdict. */
  async verify(secretHash: string): Promise<AdminVerdict> {
    const asOf = await this.changes.current();
    const doc = await this.store.findBySecret(secretHash);
    if (!doc) throw refuse(verifyAdminKey, 'token_unknown');
    const wallMs = this.clock.wallMs();
    const state = keyState(doc, wallMs);
    if (state === 'expired') throw refuse(verifyAdminKey, 'token_expired');
    const holder = await this.of(doc);
    if (!holder) throw refuse(verifyAdminKey, 'token_revoked');
    this.noteUse(doc, wallMs);
    const remainingMs = doc.expiresAt ? doc.expiresAt.getTime() - wallMs : null;
    return {
      id: keyIdOf(doc),
      adminId: holder.admin?._id ?? null,
      name: holder.name,
      role: holder.role,
      remainingMs,
      asOf,
    };
  }

  /** Null when the key or its admin opens nothing any more. */
  async of(doc: AdminKeyDoc): Promise<Holder | null> {
    if (keyState(doc, this.clock.wallMs()) !== 'active') return null;
    if (!doc.adminId) return { admin: null, name: keyNameOf(doc), role: 'owner' };
    const admin = await this.admins.find(doc.adminId);
    return admin?.state === 'active' ? { admin, name: admin.name, role: admin.role } : null;
  }

  /** At most once a minute, and nobody waits for it. */
  private noteUse(doc: AdminKeyDoc, wallMs: number): void {
    if (wallMs - (doc.lastUsedAt?.getTime() ?? 0) < MINUTE_MS) return;
    const minute = new Date(wallMs - (wallMs % MINUTE_MS));
    this.store.used(doc._id, minute).catch((error: unknown) => this.logger.warn(String(error)));
  }
}
