import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { changePassword, signIn } from '@sluice/contracts/tokens/sessions';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { newSecret } from '@sluice/runtime/new-secret';
import { auditedRequest } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { type Holder, KeyHolders } from '../admin-keys/key-holders';
import { passwordFaults } from '../secrets/password-rule';
import { Passwords } from '../secrets/passwords';
import { storedSecret } from '../secrets/secret';
import { AdminChanges } from '../stores/admin-changes';
import type { AdminDoc } from '../stores/admin-doc';
import { AdminKeysStore } from '../stores/admin-keys.store';
import { AdminsStore } from '../stores/admins.store';
import { NO_EPOCH, SESSION_MS, SESSIONS, type SessionDoc } from '../stores/session-doc';
import { SessionsStore } from '../stores/sessions.store';
import {
  accountAtSubject,
  accountSubject,
  addressSubject,
  browserSubject,
  passwordSubject,
  type Subject,
} from './failure-subjects';
import { Failures } from './failures';
import { type KnownBrowser, KnownBrowsers } from './known-browsers';
import { SessionHolders } from './session-holders';

type Started = ReplyOf<typeof signIn>;
type SignInWith<Member extends string> = Extract<RequestOf<typeof signIn>, Record<Member, string>>;

/** The rules of sessions: how one begins, and what ends it. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly store: SessionsStore,
    private readonly holders: SessionHolders,
    private readonly admins: AdminsStore,
    private readonly keys: AdminKeysStore,
    private readonly keyHolders: KeyHolders,
    private readonly passwords: Passwords,
    private readonly failures: Failures,
    private readonly browsers: KnownBrowsers,
    private readonly changes: AdminChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Signs an admin in. Every refusal has the same answer and costs the same work. */
  async signIn(request: RequestOf<typeof signIn>): Promise<Started> {
    const browser = await this.browsers.find(request.browser);
    const subjects = await this.subjectsOf(request, browser);
    const wait = await this.failures.begin(subjects);
    if (wait) throw refuse(signIn, 'too_many_failures', wait.detail, [], wait.seconds);
    const started = 'email' in request ? await this.byPassword(request, browser) : await this.byKey(request, browser);
    if (!started) throw refuse(signIn, 'sign_in_failed', 'check what you typed, or ask an owner');
    await this.failures.succeeded(subjects);
    return started;
  }

  /** Begins a session of an admin who has just proved who they are. */
  async start(
    holder: Holder,
    keyId: string | null,
    address: string,
    known: KnownBrowser | null = null,
  ): Promise<Started> {
    const wallMs = this.clock.wallMs();
    const secret = newSecret('sls');
    const doc: SessionDoc = {
      _id: newId('ses', wallMs),
      secretHash: storedSecret(secret).secretHash,
      adminId: holder.admin?._id ?? null,
      keyId,
      epoch: holder.admin?.epoch ?? NO_EPOCH,
      createdAt: new Date(wallMs),
      lastActiveAt: new Date(wallMs),
      expiresAt: new Date(wallMs + SESSION_MS),
      endedAt: null,
    };
    const person = { id: holder.admin?._id ?? keyId ?? doc._id, name: holder.name };
    const entry = this.trail.entry({
      action: 'session.started',
      resource: { id: doc._id, name: holder.name },
      before: null,
      after: sessionMembers(doc),
      by: { ...auditedRequest(), actor: { ...person, kind: holder.admin ? 'admin' : 'key', address } },
    });
    doc.pendingAudit = [entry];
    await this.store.insert(doc);
    await this.trail.settle(SESSIONS, doc);
    if (holder.admin) await this.admins.signedIn(holder.admin._id, new Date(wallMs));
    const browser = holder.admin && (await this.browsers.mark(holder.admin._id, known));
    return { session: this.holders.present(doc, holder), secret, browser };
  }

  /** Resolves once the end is durable, counted and announced. */
  async signOut(sessionId: string): Promise<void> {
    const before = await this.store.find(sessionId);
    if (!before) return;
    const entry = this.trail.entry({
      action: 'session.ended',
      resource: { id: sessionId, name: auditedRequest().actor.name },
      before: sessionMembers(before),
      after: null,
    });
    const doc = (await this.store.end(sessionId, new Date(this.clock.wallMs()), entry)) ?? before;
    if (doc?.pendingRev) await this.changes.sessions.commit(doc);
  }

  async changePassword(request: RequestOf<typeof changePassword>): Promise<void> {
    const { sessionId, current, next, address } = request;
    const { adminId } = (await this.store.find(sessionId)) ?? {};
    const admin = adminId ? await this.admins.find(adminId) : null;
    if (!admin) throw refuse(changePassword, 'invalid_request', 'This session belongs to a key, which has no password');
    const faults = passwordFaults(next, admin, '/next');
    if (faults.length > 0) throw refuse(changePassword, 'invalid_request', undefined, faults);
    const subjects = [addressSubject(address), passwordSubject(admin._id)];
    const wait = await this.failures.begin(subjects);
    if (wait) throw refuse(changePassword, 'too_many_failures', wait.detail, [], wait.seconds);
    if (!(await this.passwords.matches(admin.passwordHash, current))) {
      const detail = 'This is not your current password';
      const fault = { in: 'body', pointer: '/current', code: 'wrong_password', detail } as const;
      throw refuse(changePassword, 'invalid_request', undefined, [fault]);
    }
    await this.failures.succeeded(subjects);
    await this.replacePassword(admin, sessionId, next);
  }

  private async replacePassword(admin: AdminDoc, sessionId: string, next: string): Promise<void> {
    const resource = { id: admin._id, name: admin.name };
    const entry = this.trail.entry({ action: 'admin.password-changed', resource, before: {}, after: {} });
    const doc = await this.admins.setPassword(admin, await this.passwords.hash(next), entry);
    if (!doc) throw refuse(changePassword, 'revision_mismatch');
    await this.store.keep(sessionId, doc.epoch);
    await this.changes.admins.commit(doc);
  }

  /** In a browser that has signed in to the account before only its own failures count: others cannot keep it out. */
  private async subjectsOf(request: RequestOf<typeof signIn>, browser: KnownBrowser | null): Promise<Subject[]> {
    if (!('email' in request)) return [addressSubject(request.address)];
    const { email, address } = request;
    const isKnown = browser && (await this.admins.findByEmail(email))?._id === browser.adminId;
    if (isKnown) return [browserSubject(browser.id)];
    return [addressSubject(address), accountAtSubject(email, address), accountSubject(email)];
  }

  private async byPassword(
    { email, password, address }: SignInWith<'email'>,
    browser: KnownBrowser | null,
  ): Promise<Started | null> {
    const admin = await this.admins.findByEmail(email);
    const active = admin?.state === 'active' ? admin : null;
    if (!(await this.passwords.matches(active?.passwordHash ?? null, password)) || !active) return null;
    return await this.start({ admin: active, name: active.name, role: active.role }, null, address, browser);
  }

  private async byKey(
    { keyHash, address }: SignInWith<'keyHash'>,
    browser: KnownBrowser | null,
  ): Promise<Started | null> {
    const key = await this.keys.findBySecret(keyHash);
    const holder = key && (await this.keyHolders.of(key));
    return holder ? await this.start(holder, key._id, address, browser) : null;
  }
}

/** Shows a session to the audit log: whose it is, and with which key it began. */
function sessionMembers({ adminId, keyId }: SessionDoc): Pick<SessionDoc, 'adminId' | 'keyId'> {
  return { adminId, keyId };
}
