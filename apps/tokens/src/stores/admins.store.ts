import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { RequestOf } from '@sluice/contracts/contract';
import type { listAdmins } from '@sluice/contracts/tokens/admins';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { type FoundPage, searchList } from '@sluice/storage/list-search';
import type { Model, QueryFilter } from 'mongoose';
import { ADMINS, type AdminDoc, emailKeyOf } from './admin-doc';

/** An account as it begins: who it is, and either a password or an invitation. */
export type NewAdmin = Pick<
  AdminDoc,
  '_id' | 'name' | 'email' | 'role' | 'state' | 'passwordHash' | 'invite' | 'createdAt'
>;

/** Admin accounts in MongoDB. Changes of role and state go through the roster. */
@Injectable()
export class AdminsStore implements OnModuleInit {
  constructor(@InjectModel(ADMINS) private readonly model: Model<AdminDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Throws MongoDB's duplicate key error when the email or the id is taken. */
  async insert(admin: NewAdmin, entry: AuditEntryDoc): Promise<AdminDoc> {
    const doc: AdminDoc = {
      ...admin,
      emailKey: emailKeyOf(admin.email),
      epoch: 1,
      lastSignInAt: null,
      revision: 1,
      ...pendingChange(),
      pendingAudit: [entry],
    };
    await this.model.create(doc);
    return doc;
  }

  find(id: string): Promise<AdminDoc | null> {
    return this.model.findOne({ _id: id, state: { $ne: 'removed' } }).lean<AdminDoc>();
  }

  findByEmail(email: string): Promise<AdminDoc | null> {
    return this.model.findOne({ emailKey: emailKeyOf(email) }).lean<AdminDoc>();
  }

  /** By a one-time link: an invitation, or one for a new password. */
  findByLink(state: 'invited' | 'active', secretHash: string): Promise<AdminDoc | null> {
    return this.model.findOne({ state, 'invite.secretHash': secretHash }).lean<AdminDoc>();
  }

  /** Throws UnknownCursor. */
  search(search: RequestOf<typeof listAdmins>): Promise<FoundPage<AdminDoc>> {
    const filter: QueryFilter<AdminDoc> = { state: { $ne: 'removed' } };
    return searchList(this.model, search, { filter, texts: ['name', 'email', 'role', 'state'] });
  }

  /** Whether somebody holds the role of an owner, able to sign in or not. */
  async anyOwner(): Promise<boolean> {
    return (await this.model.exists({ role: 'owner', state: { $in: ['active', 'disabled'] } })) !== null;
  }

  /** Replaces the invitation of somebody who has not accepted yet; null otherwise, or when it was changed meanwhile. */
  reinvite(
    { _id, revision }: AdminDoc,
    change: Pick<AdminDoc, 'name' | 'role' | 'invite'>,
    entry: AuditEntryDoc,
  ): Promise<AdminDoc | null> {
    return this.change({ _id, revision, state: 'invited' }, { ...change }, entry);
  }

  /** Spends an invitation; null when it was spent or replaced meanwhile. */
  accept(secretHash: string, name: string, passwordHash: string, entry: AuditEntryDoc): Promise<AdminDoc | null> {
    const open = { state: 'invited', 'invite.secretHash': secretHash };
    return this.change(open, { name, passwordHash, state: 'active', invite: null }, entry);
  }

  /** Offers a new password by a link, in place of any link before; null when the account is not active. */
  offerPassword(id: string, invite: AdminDoc['invite'], entry: AuditEntryDoc): Promise<AdminDoc | null> {
    return this.change({ _id: id, state: 'active' }, { invite }, entry);
  }

  /** Spends that link and ends every session; null when it was spent or replaced meanwhile. */
  resetPassword(secretHash: string, passwordHash: string, entry: AuditEntryDoc): Promise<AdminDoc | null> {
    const open = { state: 'active', 'invite.secretHash': secretHash };
    return this.change(open, { passwordHash, invite: null }, entry, { epoch: 1 });
  }

  /** Sets another password and ends every session, and a link for one; null when the account was changed meanwhile. */
  setPassword({ _id, revision }: AdminDoc, passwordHash: string, entry: AuditEntryDoc): Promise<AdminDoc | null> {
    return this.change({ _id, revision, state: 'active' }, { passwordHash, invite: null }, entry, { epoch: 1 });
  }

  async signedIn(id: string, at: Date): Promise<void> {
    await this.model.updateOne({ _id: id }, { $max: { lastSignInAt: at } });
  }

  private change(
    filter: Record<string, unknown>,
    set: Partial<AdminDoc>,
    entry: AuditEntryDoc,
    increase: { epoch?: number } = {},
  ): Promise<AdminDoc | null> {
    return this.model
      .findOneAndUpdate(
        filter,
        {
          $set: { ...set, ...pendingChange() },
          $push: { pendingAudit: entry },
          $inc: { revision: 1, ...increase },
        },
        { returnDocument: 'after' },
      )
      .lean<AdminDoc>();
  }
}
