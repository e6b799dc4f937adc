import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import type { Model, QueryFilter, Types } from 'mongoose';
import { type KeptAnswer, type KeptAnswerName, keptAnswerKey, SEGMENTS, type SegmentDoc } from './segment-doc';

/** A segment without what makes it large. */
export type SegmentHead = Omit<SegmentDoc, 'rows' | 'receipts' | 'receiptKeys'>;
const HEAD = { rows: 0, receipts: 0, receiptKeys: 0 } as const;

/** The end of an insert: another has the seq, or one of the keys of sends, or this very document is there already. */
export type Inserted = 'done' | 'seq_taken' | 'key_taken' | 'repeated';

/** Segments in MongoDB. */
@Injectable()
export class SegmentsStore implements OnModuleInit {
  constructor(@InjectModel(SEGMENTS) private readonly model: Model<SegmentDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Durable when it says `done`. Any other failure leaves it open whether the document was written. */
  async insert(doc: SegmentDoc): Promise<Inserted> {
    try {
      await this.model.collection.insertOne(doc);
      return 'done';
    } catch (error) {
      if (isDuplicateKey(error, 'seq')) return 'seq_taken';
      if (isDuplicateKey(error, 'receiptKeys')) return 'key_taken';
      if (isDuplicateKey(error, '_id')) return 'repeated';
      throw error;
    }
  }

  /** The last commit or mark of a version. */
  last(versionId: string): Promise<SegmentHead | null> {
    return this.model.findOne({ versionId }, HEAD).sort({ seq: -1 }).lean<SegmentHead>();
  }

  /** The last ones of many versions. */
  async lastOf(versionIds: readonly string[]): Promise<Map<string, SegmentHead>> {
    const found = await Promise.all(versionIds.map((versionId) => this.last(versionId)));
    return new Map(found.flatMap((head) => (head ? [[head.versionId, head]] : [])));
  }

  find(id: Types.ObjectId): Promise<SegmentHead | null> {
    return this.model.findById(id, HEAD).lean<SegmentHead>();
  }

  /**
   * Finds the kept answers of these sends, with the commits that they came from. Each commit is written to before: one that
   * another replica has just inserted may be seen before it is durable, and must not be vouched for until it is.
   */
  async keptAnswers(sends: readonly KeptAnswerName[]): Promise<Map<string, FoundAnswer>> {
    const keys = sends.map(keptAnswerKey);
    const docs = await this.model.find({ receiptKeys: { $in: keys } }, { rows: 0 }).lean<SegmentDoc[]>();
    if (docs.length > 0) await this.settle(docs.map(({ _id }) => _id));
    const wanted = new Set(keys);
    const found = new Map<string, FoundAnswer>();
    for (const { receipts = [], ...commit } of docs) {
      for (const kept of receipts) {
        if (wanted.has(keptAnswerKey(kept))) found.set(keptAnswerKey(kept), { kept, commit });
      }
    }
    return found;
  }

  /** Makes sure that segments which were read are durable: a later write in the journal carries the earlier ones. */
  async settle(ids: readonly Types.ObjectId[]): Promise<void> {
    await this.model.updateMany({ _id: { $in: ids } }, { $set: { repeatedAt: new Date() } });
  }

  /** Commits from `from` to `to`, both included, in their order. */
  commits(versionId: string, from: number, to: number): AsyncIterable<SegmentDoc> {
    return this.model
      .find({ versionId, seq: { $gte: from, $lte: to }, closedBy: { $exists: false } }, { receipts: 0, receiptKeys: 0 })
      .sort({ seq: 1 })
      .lean<SegmentDoc[]>()
      .cursor({ batchSize: 100 });
  }

  /** The mark of an import. */
  markOf(versionId: string, importId: string): Promise<SegmentHead | null> {
    return this.model.findOne({ versionId, closedBy: importId }, HEAD).lean<SegmentHead>();
  }

  /** The imports that have marked a version as closed, in force or not. */
  async closers(versionId: string): Promise<string[]> {
    const marks = await this.model
      .find({ versionId, closedBy: { $exists: true } }, { closedBy: 1 })
      .lean<SegmentDoc[]>();
    return marks.flatMap(({ closedBy }) => closedBy ?? []);
  }

  /** Tells how far versions are that had a commit in a period; at most `limit` of them. */
  async advancedIn({ from, to }: { from: Date; to: Date }, limit: number): Promise<Snapshot[]> {
    const found = await this.model.aggregate<{ _id: string; seq: number }>([
      { $match: { createdAt: { $gte: from, $lte: to } } },
      { $group: { _id: '$versionId', seq: { $max: '$dataSeq' } } },
      { $limit: limit },
    ]);
    return found.map(({ _id, seq }) => ({ versionId: _id, seq }));
  }

  /** Versions with so many commits, or rows, that are in no piece yet. */
  async crowded(commits: number, rows: number): Promise<string[]> {
    const found = await this.model.aggregate<{ _id: string }>([
      { $match: { loose: true } },
      { $group: { _id: '$versionId', commits: { $sum: 1 }, rows: { $sum: '$rowCount' } } },
      { $match: { $or: [{ commits: { $gte: commits } }, { rows: { $gte: rows } }] } },
    ]);
    return found.map(({ _id }) => _id);
  }

  /** Drops the rows of commits up to `to`: a piece has them. */
  async dropRows(versionId: string, to: number): Promise<void> {
    await this.model.updateMany({ versionId, loose: true, seq: { $lte: to } }, { $unset: { rows: 1, loose: 1 } });
  }

  /** Finds the last commit up to a seq. */
  lastCommit(versionId: string, upTo = Number.MAX_SAFE_INTEGER): Promise<SegmentHead | null> {
    return this.model
      .findOne({ ...commitsOf(versionId), seq: { $lte: upTo } }, HEAD)
      .sort({ seq: -1 })
      .lean<SegmentHead>();
  }

  firstCommit(versionId: string): Promise<SegmentHead | null> {
    return this.model.findOne(commitsOf(versionId), HEAD).sort({ seq: 1 }).lean<SegmentHead>();
  }

  /** The last `limit` commits below a seq, the newest first. */
  commitsBelow(versionId: string, seq: number, limit: number): Promise<SegmentHead[]> {
    return this.model
      .find({ ...commitsOf(versionId), seq: { $lt: seq } }, HEAD)
      .sort({ seq: -1 })
      .limit(limit)
      .lean<SegmentHead[]>();
  }

  /** Counts the marks below a seq: they are no commits, but have numbers. */
  marksBelow(versionId: string, seq: number): Promise<number> {
    return this.model.countDocuments({ versionId, closedBy: { $exists: true }, seq: { $lt: seq } });
  }

  /** Forgets answers that were kept before. */
  async forgetAnswers(before: Date): Promise<void> {
    await this.model.updateMany(
      { createdAt: { $lt: before }, receiptKeys: { $exists: true } },
      { $unset: { receipts: 1, receiptKeys: 1 } },
    );
  }

  /** Versions with commits of which nothing but their times is needed any more. */
  versionsWithSpent(before: Date): Promise<string[]> {
    return this.model.distinct('versionId', spent(before));
  }

  /** Gives some of them of one version, in order. The last of all commits is none: it says how far the version is. */
  async spentOf(versionId: string, before: Date, after: number, limit: number): Promise<SegmentHead[]> {
    const last = await this.last(versionId);
    if (!last) return [];
    return await this.model
      .find({ ...spent(before), versionId, seq: { $gt: after, $lt: last.seq } }, HEAD)
      .sort({ seq: 1 })
      .limit(limit)
      .lean<SegmentHead[]>();
  }

  async removeSpent(versionId: string, before: Date, to: number): Promise<void> {
    await this.model.deleteMany({ ...spent(before), versionId, seq: { $lte: to } });
  }

  datasetIds(): Promise<string[]> {
    return this.model.distinct('datasetId');
  }

  async removeOfVersion(versionId: string): Promise<void> {
    await this.model.deleteMany({ versionId });
  }

  async removeOfDataset(datasetId: string): Promise<void> {
    await this.model.deleteMany({ datasetId });
  }
}

function commitsOf(versionId: string): QueryFilter<SegmentDoc> {
  return { versionId, closedBy: { $exists: false } };
}

/** Their rows are in a piece, and their answers are forgotten. */
function spent(before: Date): QueryFilter<SegmentDoc> {
  return {
    createdAt: { $lt: before },
    loose: { $exists: false },
    closedBy: { $exists: false },
    receiptKeys: { $exists: false },
  };
}

export interface FoundAnswer {
  kept: KeptAnswer;
  commit: SegmentHead;
}
