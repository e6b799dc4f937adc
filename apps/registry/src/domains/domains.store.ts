import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import type { Model } from 'mongoose';
import { DOMAINS, type DomainDoc } from './domain-doc';

/** The installation's domains in MongoDB. */
@Injectable()
export class DomainsStore {
  constructor(@InjectModel(DOMAINS) private readonly model: Model<DomainDoc>) {}

  /** Oldest first. */
  list(): Promise<DomainDoc[]> {
    return this.model.find().sort({ createdAt: 1, _id: 1 }).lean<DomainDoc[]>();
  }

  async has(name: string): Promise<boolean> {
    return (await this.model.exists({ _id: name })) !== null;
  }

  /** False when it is there already. */
  async insert(doc: DomainDoc): Promise<boolean> {
    try {
      await this.model.create(doc);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** The domain that was removed, or null. */
  remove(name: string): Promise<DomainDoc | null> {
    return this.model.findOneAndDelete({ _id: name }).lean<DomainDoc>();
  }
}
