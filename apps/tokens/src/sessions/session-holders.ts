import { Inject, Injectable, Logger } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { type AdminVerdict, verifySession } from '@sluice/contracts/tokens/admin-verdicts';
import { getSession, type Session } from '@sluice/contracts/tokens/sessions';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { type Holder, KeyHolders } from '../admin-keys/key-holders';
import { AdminChanges } from '../stores/admin-changes';
import { AdminKeysStore } from '../stores/admin-keys.store';
import { AdminsStore } from '../stores/admins.store';
import { ACTIVITY_STEP_MS, idleExpiryMs, NO_EPOCH, type SessionDoc } from '../stores/session-doc';
import { SessionsStore } from '../stores/sessions.store';

/** Says who is signed in, as long as the session and what it began with are good. */
@Injectable()
export class SessionHolders {
  private readonly logger = new Logger(SessionHolders.name);

  constructor(
    private readonly store: SessionsStore,
    private readonly admins: AdminsStore,
    private readonly keys: AdminKeysStore,
    private readonly keyHolders: KeyHolders,
    private readonly changes: AdminChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A gateway asks when the session is in use: unless it is only watched, being asked keeps it from ending idle. */
  async verify({ secretHash, watched }: RequestOf<typeof verifySession>): Promise<AdminVerdict> {
    const asOf = await this.changes.current();
    const doc = await this.store.findBySecret(secretHash);
    if (!doc) throw refuse(verifySession, 'token_unknown');
    const wallMs = this.clock.wallMs();
    if (idleExpiryMs(doc) <= wallMs) throw refuse(verifySession, 'token_expired');
    const holder = await this.of(doc);
    if (!holder) throw refuse(verifySession, 'token_revoked');
    if (!watched) this.noteActivity(doc, wallMs);
    const { name, role } = holder;
    const remainingMs = doc.expiresAt.getTime() - wallMs;
    return { id: doc._id, adminId: doc.adminId, name, role, remainingMs, asOf };
  }

  async get(sessionId: string): Promise<Session> {
    const doc = await this.store.find(sessionId);
    const holder = doc && (await this.of(doc));
    if (!doc || !holder) throw refuse(getSession, 'token_unknown');
    return this.present(doc, holder);
  }

  present(doc: SessionDoc, { admin, name, role }: Holder): Session {
    return {
      admin: { id: admin?._id ?? null, name, email: admin?.email ?? null, role },
      idleExpiresAt: new Date(idleExpiryMs(doc)).toISOString(),
      expiresAt: doc.expiresAt.toISOString(),
    };
  }

  private async of(doc: SessionDoc): Promise<Holder | null> {
    if (doc.endedAt) return null;
    if (doc.keyId) {
      const key = await this.keys.find(doc.keyId);
      const holder = key && (await this.keyHolders.of(key));
      return holder && (holder.admin?.epoch ?? NO_EPOCH) === doc.epoch ? holder : null;
    }
    const admin = doc.adminId ? await this.admins.find(doc.adminId) : null;
    if (admin?.state !== 'active' || admin.epoch !== doc.epoch) return null;
    return { admin, name: admin.name, role: admin.role };
  }

  /** At most once a minute, and nobody waits for it. */
  private noteActivity(doc: SessionDoc, wallMs: number): void {
    if (wallMs - doc.lastActiveAt.getTime() < ACTIVITY_STEP_MS) return;
    this.store.active(doc._id, new Date(wallMs)).catch((error: unknown) => this.logger.warn(String(error)));
  }
}
