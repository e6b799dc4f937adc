import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type AuditEntryDoc, type Audited, auditedMembers } from '@sluice/storage/audit-entry';
import { type Model, Schema } from 'mongoose';

interface SetupLinkDoc extends Audited {
  /** Absent: it was used. */
  secretHash?: string;
}

const OWNERS = 'owner';
export const SETUP_LINKS = 'setupLinks';
export const setupLinkSchema = new Schema<SetupLinkDoc>(
  { _id: String, secretHash: String, ...auditedMembers },
  { collection: SETUP_LINKS, versionKey: false, autoIndex: false },
);

/** The one link of the owner's account, in MongoDB: a newer one takes the place of the last. */
@Injectable()
export class SetupLinkStore {
  constructor(@InjectModel(SETUP_LINKS) private readonly model: Model<SetupLinkDoc>) {}

  replace(secretHash: string, entry: AuditEntryDoc): Promise<SetupLinkDoc | null> {
    const change = { $set: { secretHash }, $push: { pendingAudit: entry } };
    return this.model
      .findOneAndUpdate({ _id: OWNERS }, change, { upsert: true, returnDocument: 'after' })
      .lean<SetupLinkDoc>();
  }

  async holds(secretHash: string): Promise<boolean> {
    return (await this.model.exists({ _id: OWNERS, secretHash })) !== null;
  }

  async end(): Promise<void> {
    await this.model.updateOne({ _id: OWNERS }, { $unset: { secretHash: 1 } });
  }
}
