import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ImportPhase } from '@sluice/contracts/catalogue/imports';
import type { AuditEntryDoc, AuditedRequest } from '@sluice/storage/audit-entry';
import type { Model } from 'mongoose';
import { type Decision, IMPORTS, type ImportDoc } from './import-doc';

/** An import may go so long without a sign of life from its owner. */
const LEASE_MS = 10_000;
const FINAL: ImportPhase[] = ['done', 'failed'];

/** The members that an owner writes while it works. */
type OwnersWord = Pick<ImportDoc, 'phase' | 'bytes' | 'rows'> &
  Partial<Pick<ImportDoc, 'review' | 'decision' | 'error' | 'warnings'>>;

/** Import documents in MongoDB. */
@Injectable()
export class ImportsStore implements OnModuleInit {
  constructor(@InjectModel(IMPORTS) private readonly model: Model<ImportDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  async insert(doc: Omit<ImportDoc, 'leaseUntil'>): Promise<ImportDoc> {
    const leased = { ...doc, leaseUntil: leaseEnd() };
    await this.model.create(leased);
    return leased;
  }

  find(id: string): Promise<ImportDoc | null> {
    return this.model.findById(id).lean<ImportDoc>();
  }

  /** Lists the given imports that have neither ended nor been cancelled: newest first, those older than `below`. */
  open(ids: string[], below: string | undefined, limit: number): Promise<ImportDoc[]> {
    const wanted = { $in: ids, ...(below !== undefined && { $lt: below }) };
    return this.model
      .find({ _id: wanted, phase: { $nin: FINAL }, cancelledBy: null })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<ImportDoc[]>();
  }

  async remove(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id });
  }

  /** Tells how far the import is and renews the lease; null when it is no longer the owner's, or not wanted any more. */
  renew(id: string, owner: string, progress: OwnersWord): Promise<ImportDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, owner, phase: { $nin: FINAL }, cancelledBy: null },
        { $set: { ...progress, leaseUntil: leaseEnd() } },
        { returnDocument: 'after' },
      )
      .lean<ImportDoc>();
  }

  /** One decision about a waiting import; null when it does not wait, or somebody else has decided. */
  decide(id: string, decision: Decision): Promise<ImportDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, phase: 'review', decision: null, cancelledBy: null },
        { $set: { decision, error: null } },
        { returnDocument: 'after' },
      )
      .lean<ImportDoc>();
  }

  /** Marks an import that has not ended as cancelled; null when it has. */
  cancel(id: string, by: AuditedRequest): Promise<ImportDoc | null> {
    return this.model
      .findOneAndUpdate({ _id: id, phase: { $nin: FINAL } }, { $set: { cancelledBy: by } }, { returnDocument: 'after' })
      .lean<ImportDoc>();
  }

  /** Ends the import, once: a second outcome changes nothing, and gives null. */
  finish(
    id: string,
    outcome: Pick<ImportDoc, 'phase' | 'version' | 'error'> & Partial<Pick<ImportDoc, 'bytes' | 'rows' | 'warnings'>>,
    entry?: AuditEntryDoc,
  ): Promise<ImportDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, phase: { $nin: FINAL } },
        {
          $set: { ...outcome, review: null, decision: null, finishedAt: new Date() },
          ...(entry && { $push: { pendingAudit: entry } }),
        },
        { returnDocument: 'after' },
      )
      .lean<ImportDoc>();
  }

  /** Takes over one import whose owner gave no sign of life; null when there is none. */
  takeAbandoned(owner: string): Promise<ImportDoc | null> {
    return this.model
      .findOneAndUpdate(
        { phase: { $nin: FINAL }, leaseUntil: { $lt: new Date() } },
        { $set: { owner, leaseUntil: leaseEnd() } },
        { returnDocument: 'after' },
      )
      .lean<ImportDoc>();
  }

  /** Lists imports that failed since: their owners may have written a last piece after they were cleared. */
  failedSince(since: Date): Promise<ImportDoc[]> {
    return this.model.find({ phase: 'failed', finishedAt: { $gte: since } }).lean<ImportDoc[]>();
  }
}

function leaseEnd(): Date {
  return new Date(Date.now() + LEASE_MS);
}
