import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VERSIONS, type VersionDoc } from './version-doc';

/** Version documents in MongoDB, published or not: the dataset's list tells. */
@Injectable()
export class VersionsStore implements OnModuleInit {
  constructor(@InjectModel(VERSIONS) private readonly model: Model<VersionDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  async insert(version: VersionDoc): Promise<void> {
    await this.model.create(version);
  }

  /** Before it is published: afterwards a version never changes. */
  async setKeyFields(id: string, keyFields: string[] | null): Promise<void> {
    await this.model.updateOne({ _id: id }, keyFields ? { $set: { keyFields } } : { $unset: { keyFields: 1 } });
  }

  find(id: string): Promise<VersionDoc | null> {
    return this.model.findById(id).lean<VersionDoc>();
  }

  findAll(ids: string[]): Promise<VersionDoc[]> {
    return this.model.find({ _id: { $in: ids } }).lean<VersionDoc[]>();
  }

  findOfDataset(datasetId: string): Promise<VersionDoc[]> {
    return this.model.find({ datasetId }).lean<VersionDoc[]>();
  }

  datasetIds(): Promise<string[]> {
    return this.model.distinct('datasetId');
  }

  /** Takes the work of putting a version's commits together; false where another replica has it. */
  async claimCompaction(id: string, until: Date): Promise<boolean> {
    const isFree = { $or: [{ compactingUntil: null }, { compactingUntil: { $lt: new Date() } }] };
    const { matchedCount } = await this.model.updateOne({ _id: id, ...isFree }, { $set: { compactingUntil: until } });
    return matchedCount > 0;
  }

  async releaseCompaction(id: string, until: Date): Promise<void> {
    await this.model.updateOne({ _id: id, compactingUntil: until }, { $unset: { compactingUntil: 1 } });
  }

  async remove(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id });
  }
}
