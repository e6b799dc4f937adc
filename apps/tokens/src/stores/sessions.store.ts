import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import type { Model } from 'mongoose';
import { SESSIONS, type SessionDoc } from './session-doc';

/** Sessions in MongoDB. */
@Injectable()
export class SessionsStore implements OnModuleInit {
  constructor(@InjectModel(SESSIONS) private readonly model: Model<SessionDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  async insert(doc: SessionDoc): Promise<void> {
    await this.model.create(doc);
  }

  find(id: string): Promise<SessionDoc | null> {
    return this.model.findById(id).lean<SessionDoc>();
  }

  findBySecret(secretHash: string): Promise<SessionDoc | null> {
    return this.model.findOne({ secretHash }).lean<SessionDoc>();
  }

  async active(id: string, at: Date): Promise<void> {
    await this.model.updateOne({ _id: id }, { $max: { lastActiveAt: at } });
  }

  /** Lets a session go on into the admin's next epoch. */
  async keep(id: string, epoch: number): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { epoch } });
  }

  /** Null when it had ended before. */
  end(id: string, endedAt: Date, entry: AuditEntryDoc): Promise<SessionDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, endedAt: null },
        { $set: { endedAt, ...pendingChange() }, $push: { pendingAudit: entry } },
        { returnDocument: 'after' },
      )
      .lean<SessionDoc>();
  }

  /** Removes what ended before, once it is in the audit log; there are no TTL indexes everywhere. */
  async sweep(before: Date): Promise<void> {
    await this.model.deleteMany({ expiresAt: { $lt: before }, 'pendingAudit.0': { $exists: false } });
  }
}
