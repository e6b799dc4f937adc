import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { createPasswordLink, resetPassword } from '@sluice/contracts/tokens/sessions';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newSecret } from '@sluice/runtime/new-secret';
import { type AuditEntryDoc, auditedRequest } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { passwordFaults } from '../secrets/password-rule';
import { Passwords } from '../secrets/passwords';
import { storedSecret } from '../secrets/secret';
import { accountAtSubject, addressSubject } from '../sessions/failure-subjects';
import { Failures } from '../sessions/failures';
import { SessionsService } from '../sessions/sessions.service';
import { AdminChanges } from '../stores/admin-changes';
import { type AdminDoc, adminOf } from '../stores/admin-doc';
import { AdminsStore } from '../stores/admins.store';
import { emailFaults, isOpen } from './link-holder';

/** Shorter than an invitation's: it opens an account that there is something in already. */
const LINK_MS = 24 * 3_600_000;

/** One-time links for a new password, by which an owner helps somebody who has forgotten theirs. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly admins: AdminsStore,
    private readonly passwords: Passwords,
    private readonly failures: Failures,
    private readonly sessions: SessionsService,
    private readonly changes: AdminChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The only time that the secret leaves. The password and all sessions stay as they are. */
  async create(adminId: string): Promise<ReplyOf<typeof createPasswordLink>> {
    const before = await this.admins.find(adminId);
    if (!before) throw refuse(createPasswordLink, 'admin_not_found');
    const secret = newSecret('sli');
    const { secretHash } = storedSecret(secret);
    const link = { secretHash, expiresAt: new Date(this.clock.wallMs() + LINK_MS) };
    const entry = this.entry('admin.password-link-created', before);
    const doc = await this.admins.offerPassword(adminId, link, entry);
    const admin = doc && adminOf(doc);
    if (!admin) throw refuse(createPasswordLink, 'admin_not_active');
    await this.changes.admins.commit(doc);
    return { admin, secret };
  }

  /** The slow hash is made only for a link that is good, and nothing is spent unless the new password stands. */
  async reset(request: RequestOf<typeof resetPassword>): Promise<ReplyOf<typeof resetPassword>> {
    const { secretHash, email, password, address } = request;
    const subjects = [addressSubject(address)];
    const wait = await this.failures.begin(subjects);
    if (wait) throw refuse(resetPassword, 'too_many_failures', wait.detail, [], wait.seconds);
    const holder = await this.admins.findByLink('active', secretHash);
    if (!holder || !isOpen(holder, this.clock.wallMs()))
      throw refuse(resetPassword, 'setup_link_invalid', 'ask an owner for another one');
    await this.failures.succeeded(subjects);
    const faults = [...emailFaults(email, holder), ...passwordFaults(password, holder, '/password')];
    if (faults.length > 0) throw refuse(resetPassword, 'invalid_request', undefined, faults);
    const { _id: id, name } = holder;
    const by = { ...auditedRequest(), actor: { id, name, kind: 'admin', address } as const };
    const entry = this.entry('admin.password-changed', holder, by);
    const admin = await this.admins.resetPassword(secretHash, await this.passwords.hash(password), entry);
    if (!admin) throw refuse(resetPassword, 'setup_link_invalid', 'ask an owner for another one');
    await this.changes.admins.commit(admin);
    // The guesses at the forgotten password were most likely its owner's.
    await this.failures.succeeded([accountAtSubject(admin.email, address)]);
    return await this.sessions.start({ admin, name: admin.name, role: admin.role }, null, address);
  }

  /** Makes the entry of the audit log, without the password as it was or is. */
  private entry(
    action: 'admin.password-link-created' | 'admin.password-changed',
    { _id: id, name }: AdminDoc,
    by = auditedRequest(),
  ): AuditEntryDoc {
    return this.trail.entry({ action, resource: { id, name }, before: {}, after: {}, by });
  }
}
