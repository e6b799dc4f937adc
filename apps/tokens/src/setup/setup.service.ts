import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { Admin } from '@sluice/contracts/tokens/admins';
import { completeSetup, createSetupLink } from '@sluice/contracts/tokens/sessions';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newSecret } from '@sluice/runtime/new-secret';
import { type AuditEntryDoc, auditedRequest } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { passwordFaults } from '../secrets/password-rule';
import { Passwords } from '../secrets/passwords';
import { storedSecret } from '../secrets/secret';
import { addressSubject } from '../sessions/failure-subjects';
import { Failures } from '../sessions/failures';
import { SessionsService } from '../sessions/sessions.service';
import { AdminChanges } from '../stores/admin-changes';
import { type AdminDoc, adminOf } from '../stores/admin-doc';
import { AdminsStore, type NewAdmin } from '../stores/admins.store';
import { emailFaults, isOpen } from './link-holder';
import { SETUP_LINKS, SetupLinkStore } from './setup-link.store';

type Setup = RequestOf<typeof completeSetup>;

/** The owner by set-up link has a fixed id: however many links there were, they make one account. */
const FIRST_OWNER_ID = `adm_${'0'.repeat(26)}`;

/** One-time links: the owner's, while there is none, and invitations. */
@Injectable()
export class SetupService {
  constructor(
    private readonly links: SetupLinkStore,
    private readonly admins: AdminsStore,
    private readonly passwords: Passwords,
    private readonly failures: Failures,
    private readonly sessions: SessionsService,
    private readonly changes: AdminChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async needed(): Promise<boolean> {
    return !(await this.admins.anyOwner());
  }

  async createLink(): Promise<{ secret: string }> {
    if (!(await this.needed())) throw refuse(createSetupLink, 'setup_done');
    const secret = newSecret('sli');
    const resource = { id: 'owner', name: 'set-up link' };
    const entry = this.trail.entry({ action: 'setup-link.created', resource, before: null, after: {} });
    const link = await this.links.replace(storedSecret(secret).secretHash, entry);
    if (link) await this.trail.settle(SETUP_LINKS, link);
    return { secret };
  }

  /** Nothing is spent unless the account stands; the slow hash is made only for a link that is good. */
  async complete(setup: Setup): Promise<ReplyOf<typeof completeSetup>> {
    const subjects = [addressSubject(setup.address)];
    const wait = await this.failures.begin(subjects);
    if (wait) throw refuse(completeSetup, 'too_many_failures', wait.detail, [], wait.seconds);
    const invited = await this.admins.findByLink('invited', setup.secretHash);
    const good = invited
      ? isOpen(invited, this.clock.wallMs())
      : (await this.links.holds(setup.secretHash)) && (await this.needed());
    if (!good) throw refuse(completeSetup, 'setup_link_invalid');
    await this.failures.succeeded(subjects);
    const faults = [
      ...(invited ? emailFaults(setup.email, invited) : []),
      ...passwordFaults(setup.password, setup, '/password'),
    ];
    if (faults.length > 0) throw refuse(completeSetup, 'invalid_request', undefined, faults);
    const passwordHash = await this.passwords.hash(setup.password);
    const admin = invited
      ? await this.admins.accept(setup.secretHash, setup.name, passwordHash, this.joined(setup, invited))
      : await this.firstOwner(setup, passwordHash);
    if (!admin) throw refuse(completeSetup, 'setup_link_invalid');
    await this.changes.admins.commit(admin);
    return await this.sessions.start({ admin, name: admin.name, role: admin.role }, null, setup.address);
  }

  private joined({ name, address }: Setup, invited: AdminDoc): AuditEntryDoc {
    const { _id, email, role } = invited;
    return this.entry('admin.joined', adminOf(invited), { _id, name, email, role, state: 'active' }, address);
  }

  /** Makes the entry of the audit log, by the person whom the account is for: only that one spends the link. */
  private entry(
    action: 'admin.created' | 'admin.joined',
    before: Admin | null,
    { _id: id, ...after }: Pick<NewAdmin, '_id' | 'name' | 'email' | 'role' | 'state'>,
    address: string,
  ): AuditEntryDoc {
    const { name } = after;
    const by = { ...auditedRequest(), actor: { id, name, kind: 'admin', address } as const };
    return this.trail.entry({ action, resource: { id, name }, before, after, by });
  }

  /** Null when the same link, or an earlier one, has made the account meanwhile. */
  private async firstOwner({ name, email, address }: Setup, passwordHash: string): Promise<AdminDoc | null> {
    const person: Pick<NewAdmin, 'name' | 'email' | 'role' | 'state'> = { name, email, role: 'owner', state: 'active' };
    const entry = this.entry('admin.created', null, { _id: FIRST_OWNER_ID, ...person }, address);
    const createdAt = new Date(this.clock.wallMs());
    try {
      const owner = await this.admins.insert(
        { _id: FIRST_OWNER_ID, ...person, passwordHash, invite: null, createdAt },
        entry,
      );
      await this.links.end();
      return owner;
    } catch (error) {
      if (isDuplicateKey(error, 'emailKey')) throw refuse(completeSetup, 'email_taken');
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }
}
