import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { pendingChange } from '@sluice/storage/change-feed';
import type { Model } from 'mongoose';
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
  async insert(admin: NewAdmin): Promise<AdminDoc> {
    const doc: AdminDoc = {
      ...admin,
      emailKey: emailKeyOf(admin.email),
      epoch: 1,
      lastSignInAt: null,
      revision: 1,
      ...pendingChange(),
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

  findByInvite(secretHash: string): Promise<AdminDoc | null> {
    return this.model.findOne({ state: 'invited', 'invite.secretHash': secretHash }).lean<AdminDoc>();
  }

  /** Newest first, those older than `below`. */
  list(below: string | undefined, limit: number): Promise<AdminDoc[]> {
    const older = below === undefined ? {} : { _id: { $lt: below } };
    return this.model
      .find({ ...older, state: { $ne: 'removed' } })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<AdminDoc[]>();
  }

  /** Whether somebody holds the role of an owner, able to sign in or not. */
  async anyOwner(): Promise<boolean> {
    return (await this.model.exists({ role: 'owner', state: { $in: ['active', 'disabled'] } })) !== null;
  }

  /** Replaces the invitation of somebody who has not accepted yet; null otherwise. */
  reinvite(id: string, change: Pick<AdminDoc, 'name' | 'role' | 'invite'>): Promise<AdminDoc | null> {
    return this.change({ _id: id, state: 'invited' }, { ...change });
  }

  /** Spends an invitation; null when it was spent or replaced meanwhile. */
  accept(secretHash: string, name: string, passwordHash: string): Promise<AdminDoc | null> {
    const open = { state: 'invited', 'invite.secretHash': secretHash };
    return this.change(open, { name, passwordHash, state: 'active', invite: null });
  }

  /** Sets another password and ends every session; null when the account was changed meanwhile. */
  setPassword(id: string, revision: number, passwordHash: string): Promise<AdminDoc | null> {
    return this.change({ _id: id, revision, state: 'active' }, { passwordHash }, { epoch: 1 });
  }

  async signedIn(id: string, at: Date): Promise<void> {
    await this.model.updateOne({ _id: id }, { $max: { lastSignInAt: at } });
  }

  private change(
    filter: Record<string, unknown>,
    set: Partial<AdminDoc>,
    increase: { epoch?: number } = {},
  ): Promise<AdminDoc | null> {
    return this.model
      .findOneAndUpdate(
        filter,
        { $set: { ...set, ...pendingChange() }, $inc: { revision: 1, ...increase } },
        { returnDocument: 'after' },
      )
      .lean<AdminDoc>();
  }
}
