import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';

/** The use of one quota by one token in one period, grants included. */
interface QuotaDoc {
  _id: string;
  used: number;
  endsAt: Date;
}

export const QUOTAS = 'quotas';
export const quotaSchema = new Schema<QuotaDoc>(
  { _id: String, used: Number, endsAt: Date },
  { collection: QUOTAS, versionKey: false, autoIndex: false },
).index({ endsAt: 1 });

/** Quotas in MongoDB: one document each, changed by conditional increments alone. */
@Injectable()
export class QuotasStore implements OnModuleInit {
  constructor(@InjectModel(QUOTAS) private readonly model: Model<QuotaDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  async used(id: string, endsAt: Date): Promise<number> {
    const doc = await this.model.findById(id).lean<QuotaDoc>();
    if (doc) return doc.used;
    try {
      await this.model.create({ _id: id, used: 0, endsAt });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return 0;
  }

  /** Uses the amount if no more than `limit` is used then; false otherwise. */
  async use(id: string, amount: number, limit: number): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne(
      { _id: id, used: { $lte: limit - amount } },
      { $inc: { used: amount } },
    );
    return modifiedCount === 1;
  }

  async giveBack(id: string, amount: number): Promise<void> {
    await this.model.updateOne({ _id: id, used: { $gte: amount } }, { $inc: { used: -amount } });
  }

  async removeEndedBefore(date: Date): Promise<void> {
    await this.model.deleteMany({ endsAt: { $lt: date } });
  }
}
