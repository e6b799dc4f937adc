import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Schema } from 'mongoose';

interface SetupLinkDoc {
  _id: string;
  secretHash: string;
}

const OWNERS = 'owner';
export const SETUP_LINKS = 'setupLinks';
export const setupLinkSchema = new Schema<SetupLinkDoc>(
  { _id: String, secretHash: String },
  { collection: SETUP_LINKS, versionKey: false, autoIndex: false },
);

/** The one link of the owner's account, in MongoDB: a newer one takes the place of the last. */
@Injectable()
export class SetupLinkStore {
  constructor(@InjectModel(SETUP_LINKS) private readonly model: Model<SetupLinkDoc>) {}

  async replace(secretHash: string): Promise<void> {
    await this.model.updateOne({ _id: OWNERS }, { $set: { secretHash } }, { upsert: true });
  }

  async holds(secretHash: string): Promise<boolean> {
    return (await this.model.exists({ _id: OWNERS, secretHash })) !== null;
  }

  async remove(): Promise<void> {
    await this.model.deleteOne({ _id: OWNERS });
  }
}
