import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import type { Model, QueryFilter } from 'mongoose';
import { DOMAINS, type DomainDoc } from './domain-doc';

/** A mark that is older was left by a process that ended in between: it counts no more. */
const MARK_MS = 10_000;

/** The installation's domains in MongoDB. What is marked as being deleted is not found here. */
@Injectable()
export class DomainsStore {
  constructor(@InjectModel(DOMAINS) private readonly model: Model<DomainDoc>) {}

  /** Oldest first. */
  list(): Promise<DomainDoc[]> {
    return this.model.find(present()).sort({ createdAt: 1, _id: 1 }).lean<DomainDoc[]>();
  }

  async has(name: string): Promise<boolean> {
    return (await this.model.exists({ _id: name, ...present() })) !== null;
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

  /** Hides the domain until it is removed or shown again; null when there is none. */
  mark(name: string): Promise<DomainDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: name, ...present() },
        { $set: { deletingSince: new Date() } },
        { returnDocument: 'after' },
      )
      .lean<DomainDoc>();
  }

  async unmark(name: string): Promise<void> {
    await this.model.updateOne({ _id: name }, { $set: { deletingSince: null } });
  }

  /** Removes a domain whose mark is still this one: what is left of it goes with its entry. Null otherwise. */
  removeMarked({ _id, deletingSince }: DomainDoc, entry: AuditEntryDoc): Promise<DomainDoc | null> {
    const removal = { $set: { goneAt: new Date() }, $push: { pendingAudit: entry } };
    return this.model
      .findOneAndUpdate({ _id, deletingSince, goneAt: null }, removal, { returnDocument: 'after' })
      .lean<DomainDoc>();
  }
}

function present(): QueryFilter<DomainDoc> {
  const markLimit = new Date(Date.now() - MARK_MS);
  return { goneAt: null, $or: [{ deletingSince: null }, { deletingSince: { $lt: markLimit } }] };
}
