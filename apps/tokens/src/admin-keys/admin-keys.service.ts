import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  type AdminKey,
  claimFirstAdminKey,
  createAdminKey,
  listAdminKeys,
  revokeAdminKey,
} from '@sluice/contracts/tokens/admins';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { newSecret } from '@sluice/runtime/new-secret';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { listPage } from '@sluice/storage/list-page';
import { TOKENS_CONFIG, type TokensConfig } from '../config/tokens-config';
import { storedSecret } from '../secrets/secret';
import { AdminChanges } from '../stores/admin-changes';
import {
  ADMIN_KEYS,
  type AdminKeyDoc,
  adminKeyOf,
  CONFIGURED_KEY_NAME,
  FIRST_ADMIN_KEY_ID,
  FIRST_KEY_NAME,
  keyIdOf,
  keyNameOf,
} from '../stores/admin-key-doc';
import { AdminKeysStore } from '../stores/admin-keys.store';
import { AdminsStore } from '../stores/admins.store';

/** The rules of admin keys: personal ones, exactly one first key, and configured ones added to those that exist. */
@Injectable()
export class AdminKeysService implements OnApplicationBootstrap {
  constructor(
    private readonly store: AdminKeysStore,
    private readonly admins: AdminsStore,
    private readonly changes: AdminChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TOKENS_CONFIG) private readonly config: TokensConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const configured = this.config.SLUICE_ADMIN_KEY;
    if (configured !== undefined)
      await this.store.add(this.ofInstallation(newId('key'), CONFIGURED_KEY_NAME, configured));
  }

  async list(request: RequestOf<typeof listAdminKeys>): Promise<ReplyOf<typeof listAdminKeys>> {
    const { adminId } = request;
    if (adminId !== null && !(await this.admins.find(adminId))) throw refuse(listAdminKeys, 'admin_not_found');
    return await listPage(
      request,
      (below, limit) => this.store.list(adminId, below, limit),
      (doc) => this.present(doc),
    );
  }

  /** The only time that the secret leaves. */
  async create(request: RequestOf<typeof createAdminKey>): Promise<ReplyOf<typeof createAdminKey>> {
    const { adminId, name, expiresAt = null } = request;
    const wallMs = this.clock.wallMs();
    if (!(await this.admins.find(adminId))) throw refuse(createAdminKey, 'admin_not_found');
    if (expiresAt !== null && new Date(expiresAt).getTime() <= wallMs) {
      const detail = 'The expiry must lie ahead';
      const fault = { in: 'body', pointer: '/expiresAt', code: 'in_the_past', detail } as const;
      throw refuse(createAdminKey, 'invalid_request', undefined, [fault]);
    }
    const secret = newSecret('sla');
    const doc = this.recorded({
      _id: newId('key', wallMs),
      adminId,
      name,
      ...storedSecret(secret),
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      revokedAt: null,
      lastUsedAt: null,
      createdAt: new Date(wallMs),
    });
    await this.store.insert(doc);
    await this.trail.settle(ADMIN_KEYS, doc);
    return { key: this.present(doc), secret };
  }

  /** Resolves once the revocation is durable, counted and announced, also when somebody else began it. */
  async revoke({ adminId, keyId }: RequestOf<typeof revokeAdminKey>): Promise<AdminKey> {
    const before = await this.store.findOf(adminId, keyId);
    if (!before) throw refuse(revokeAdminKey, 'admin_key_not_found');
    const revokedAt = new Date(this.clock.wallMs());
    const entry = this.trail.entry({
      action: 'admin-key.revoked',
      resource: { id: keyIdOf(before), name: keyNameOf(before) },
      before: this.present(before),
      after: this.present({ ...before, revokedAt }),
    });
    const doc = (await this.store.revoke(before._id, revokedAt, entry)) ?? before;
    if (doc.pendingRev) await this.changes.keys.commit(doc);
    return this.present(doc);
  }

  /** Revokes the key of a secret that was found in public; false where there is none. */
  async endLeaked(secretHash: string): Promise<boolean> {
    const key = await this.store.findBySecret(secretHash);
    if (!key) return false;
    await this.revoke({ adminId: key.adminId ?? null, keyId: keyIdOf(key) });
    return true;
  }

  /** A secret that got lost on its way to the caller cannot be claimed again: SLUICE_ADMIN_KEY then adds one. */
  async claimFirst(): Promise<{ secret: string }> {
    const secret = newSecret('sla');
    const doc = this.ofInstallation(FIRST_ADMIN_KEY_ID, FIRST_KEY_NAME, secret);
    const first = !(await this.store.any()) && (await this.store.insertFirst(doc));
    if (!first) throw refuse(claimFirstAdminKey, 'admin_key_claimed');
    await this.trail.settle(ADMIN_KEYS, doc);
    return { secret };
  }

  private ofInstallation(_id: string, name: string, secret: string): AdminKeyDoc {
    const createdAt = new Date(this.clock.wallMs());
    return this.recorded({ _id, name, adminId: null, ...storedSecret(secret), createdAt });
  }

  private recorded(doc: AdminKeyDoc): AdminKeyDoc {
    const resource = { id: keyIdOf(doc), name: keyNameOf(doc) };
    const after = this.present(doc);
    const entry = this.trail.entry({ action: 'admin-key.created', resource, before: null, after });
    return { ...doc, pendingAudit: [entry] };
  }

  private present(doc: AdminKeyDoc): AdminKey {
    return adminKeyOf(doc, this.clock.wallMs());
  }
}
