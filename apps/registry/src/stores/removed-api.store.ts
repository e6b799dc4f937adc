import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Schema } from 'mongoose';

const KEPT_SECONDS = 24 * 3_600;

/** An API that is gone, and the number of the change that told so. */
interface RemovedApiDoc {
  _id: string;
  rev: number;
  removedAt: Date;
}

export const REMOVED_APIS = 'removed_apis';

export const removedApiSchema = new Schema<RemovedApiDoc>(
  { _id: String, rev: Number, removedAt: Date },
  { collection: REMOVED_APIS, versionKey: false, autoIndex: false },
)
  .index({ rev: 1 })
  .index({ removedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/** Remembers for a day which APIs are gone, for gateways that missed it. */
@Injectable()
export class RemovedApiStore implements OnModuleInit {
  constructor(@InjectModel(REMOVED_APIS) private readonly model: Model<RemovedApiDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Notes that an API is gone, before it is. */
  async add(apiId: string, rev: number): Promise<void> {
    await this.model.updateOne({ _id: apiId }, { $max: { rev }, $set: { removedAt: new Date() } }, { upsert: true });
  }

  /** The ids of those that were removed after a change; at most `limit`. */
  async after(rev: number, limit: number): Promise<string[]> {
    const docs = await this.model
      .find({ rev: { $gt: rev } })
      .limit(limit)
      .lean<RemovedApiDoc[]>();
    return docs.map(({ _id }) => _id);
  }
}
