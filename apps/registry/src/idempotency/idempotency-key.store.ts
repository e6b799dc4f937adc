import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { KeptAnswer } from '@sluice/contracts/registry/idempotency';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';

/** A key that a request took, and the answer that came of it. */
export interface IdempotencyKeyDoc {
  /** The hash that stands for the key. */
  _id: string;
  bodyHash: string;
  claimedAt: Date;
  answer: KeptAnswer | null;
}

export const IDEMPOTENCY_KEYS = 'idempotencyKeys';
export const idempotencyKeySchema = new Schema<IdempotencyKeyDoc>(
  { _id: String, bodyHash: String, claimedAt: Date, answer: Schema.Types.Mixed },
  { collection: IDEMPOTENCY_KEYS, versionKey: false, autoIndex: false, minimize: false },
).index({ claimedAt: 1 });

/** Keys of management requests in MongoDB. */
@Injectable()
export class IdempotencyKeyStore implements OnModuleInit {
  constructor(@InjectModel(IDEMPOTENCY_KEYS) private readonly model: Model<IdempotencyKeyDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Null when the key is taken now; else whoever took it before. */
  async take(key: string, bodyHash: string, claimedAt: Date): Promise<IdempotencyKeyDoc | null> {
    try {
      await this.model.create({ _id: key, bodyHash, claimedAt, answer: null });
      return null;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const known = await this.model.findById(key).lean<IdempotencyKeyDoc>();
      // It was given back in between: then it is free.
      return known ?? (await this.take(key, bodyHash, claimedAt));
    }
  }

  /** Takes over from a request that ended without a word; false when another one was faster. */
  async takeOver({ _id, claimedAt }: IdempotencyKeyDoc, now: Date): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne(
      { _id, claimedAt, answer: null },
      { $set: { claimedAt: now } },
    );
    return modifiedCount > 0;
  }

  async keep(key: string, answer: KeptAnswer): Promise<void> {
    await this.model.updateOne({ _id: key }, { $set: { answer } });
  }

  async giveBack(key: string): Promise<void> {
    await this.model.deleteOne({ _id: key, answer: null });
  }

  async removeBefore(before: Date): Promise<void> {
    await this.model.deleteMany({ claimedAt: { $lt: before } });
  }
}
