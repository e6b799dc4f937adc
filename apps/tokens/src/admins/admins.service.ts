import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  type Admin,
  getAdmin,
  inviteAdmin,
  type listAdmins,
  removeAdmin,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { newSecret } from '@sluice/runtime/new-secret';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { storedSecret } from '../secrets/secret';
import { AdminChanges } from '../stores/admin-changes';
import { type AdminDoc, adminOf } from '../stores/admin-doc';
import { AdminsStore } from '../stores/admins.store';
import { Roster } from './roster';

const INVITE_MS = 7 * 24 * 3_600_000;

/** The rules of admin accounts: by invitation, with a role, and never without an owner. */
@Injectable()
export class AdminsService {
  constructor(
    private readonly store: AdminsStore,
    private readonly roster: Roster,
    private readonly changes: AdminChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(request: RequestOf<typeof listAdmins>): Promise<ReplyOf<typeof listAdmins>> {
    const { docs, page } = await this.store.search(request);
    return { data: docs.map((doc) => this.present(doc)), page };
  }

  async get(adminId: string): Promise<Admin> {
    const doc = await this.store.find(adminId);
    if (!doc) throw refuse(getAdmin, 'admin_not_found');
    return this.present(doc);
  }

  /** The only time that the secret leaves. Somebody who has not accepted yet gets another one, and the old one ends. */
  async invite({ email, name, role }: RequestOf<typeof inviteAdmin>): Promise<ReplyOf<typeof inviteAdmin>> {
    const wallMs = this.clock.wallMs();
    const secret = newSecret('sli');
    const invite = { secretHash: storedSecret(secret).secretHash, expiresAt: new Date(wallMs + INVITE_MS) };
    for (;;) {
      const invited = await this.store.findByEmail(email);
      if (invited && invited.state !== 'invited') throw emailTaken();
      const person = { _id: invited?._id ?? newId('adm', wallMs), email: invited?.email ?? email, name, role };
      const entry = this.invitation(invited, person);
      const doc = invited
        ? await this.store.reinvite(invited, { name, role, invite }, entry)
        : await this.insert(
            { ...person, state: 'invited', passwordHash: null, invite, createdAt: new Date(wallMs) },
            entry,
          );
      // Somebody changed the account meanwhile: it is invited again as it is then.
      if (!doc) continue;
      await this.changes.admins.commit(doc);
      return { admin: this.present(doc), secret };
    }
  }

  async update(request: RequestOf<typeof updateAdmin>): Promise<Admin> {
    const { adminId, revision, ...change } = request;
    const before = await this.store.find(adminId);
    if (!before) throw refuse(updateAdmin, 'admin_not_found');
    if (before.revision !== revision) throw refuse(updateAdmin, 'revision_mismatch');
    if (before.state === 'invited' && change.state !== undefined) {
      const detail = 'The invitation has not been accepted; remove it instead';
      const fault = { in: 'body', pointer: '/state', code: 'invited', detail } as const;
      throw refuse(updateAdmin, 'invalid_request', undefined, [fault]);
    }
    const doc = await this.roster.change(adminId, revision, change);
    if (doc === 'moved') throw refuse(updateAdmin, 'revision_mismatch');
    if (doc === 'last-owner') throw refuse(updateAdmin, 'last_owner');
    await this.changes.admins.commit(doc);
    return this.present(doc);
  }

  /** Removes the account, whatever else changes it meanwhile. */
  async remove(adminId: string): Promise<void> {
    for (;;) {
      const before = await this.store.find(adminId);
      if (!before) throw refuse(removeAdmin, 'admin_not_found');
      const doc = await this.roster.change(adminId, before.revision, { state: 'removed' });
      if (doc === 'last-owner') throw refuse(removeAdmin, 'last_owner');
      if (doc === 'moved') continue;
      await this.changes.admins.commit(doc);
      return;
    }
  }

  private invitation(
    invited: AdminDoc | null,
    { _id: id, ...person }: Pick<AdminDoc, '_id' | 'email' | 'name' | 'role'>,
  ): AuditEntryDoc {
    const resource = { id, name: person.name };
    const after = { ...person, state: 'invited' };
    return this.trail.entry({ action: 'admin.invited', resource, before: invited && adminOf(invited), after });
  }

  private async insert(...admin: Parameters<AdminsStore['insert']>): Promise<AdminDoc> {
    try {
      return await this.store.insert(...admin);
    } catch (error) {
      if (isDuplicateKey(error, 'emailKey')) throw emailTaken();
      throw error;
    }
  }

  private present(doc: AdminDoc): Admin {
    const admin = adminOf(doc);
    if (!admin) throw refuse(getAdmin, 'admin_not_found');
    return admin;
  }
}

function emailTaken(): Error {
  const fault = { in: 'body', pointer: '/email', code: 'email_taken', detail: 'Another admin has this email' } as const;
  return refuse(inviteAdmin, 'email_taken', undefined, [fault]);
}
