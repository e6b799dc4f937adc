import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, mongo, Types } from 'mongoose';
import { COMMIT_TIMES, type CommitTimesDoc } from './commit-times-doc';
import { type CommitTime, packCommits, unpackCommits } from './packed-commits';

/** So many commits are in one document. */
const MAX_COMMITS = 10_000;

/** The times of commits in MongoDB, for those that have no documents of their own any more. */
@Injectable()
export class CommitTimesStore implements OnModuleInit {
  constructor(@InjectModel(COMMIT_TIMES) private readonly model: Model<CommitTimesDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Tells up to which seq the commits of a version are here; 0 for none. */
  async reach(versionId: string): Promise<number> {
    const last = await this.model.findOne({ versionId }, { to: 1 }).sort({ from: -1 }).lean<CommitTimesDoc>();
    return last?.to ?? 0;
  }

  /**
   * Adds commits behind those that are here; another replica may do so at the same moment, and what it has added stays.
   * Whoever goes on looks at `reach` again.
   */
  async add(datasetId: string, versionId: string, commits: readonly CommitTime[]): Promise<void> {
    const last = await this.model.findOne({ versionId }).sort({ from: -1 }).lean<CommitTimesDoc>();
    const room = MAX_COMMITS - (last?.count ?? MAX_COMMITS);
    const news = commits.filter(({ seq }) => seq > (last?.to ?? 0));
    if (news.length === 0) return;
    if (last && room > 0) {
      const all = [...unpackCommits(bytesOf(last)), ...news.slice(0, room)];
      await this.model.updateOne({ _id: last._id, to: last.to }, { $set: contentOf(all) });
      return;
    }
    const doc = { _id: new Types.ObjectId(), datasetId, versionId, ...contentOf(news.slice(0, MAX_COMMITS)) };
    await this.model.collection.insertOne(doc).catch((error: unknown) => {
      if (!isDuplicateKey(error, 'from')) throw error;
    });
  }

  /** Gives the commits of the document that has the last one below `seq`, in order; none where there is none. */
  async below(versionId: string, seq: number): Promise<CommitTime[]> {
    return commitsOf(
      await this.model
        .findOne({ versionId, from: { $lt: seq } })
        .sort({ from: -1 })
        .lean<CommitTimesDoc>(),
    );
  }

  /** Gives the commits of the document that has the last one up to a time, in order; none where there is none. */
  async upTo(versionId: string, time: Date): Promise<CommitTime[]> {
    return commitsOf(
      await this.model
        .findOne({ versionId, firstAt: { $lte: time } })
        .sort({ from: -1 })
        .lean<CommitTimesDoc>(),
    );
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

function commitsOf(doc: CommitTimesDoc | null): CommitTime[] {
  return doc ? unpackCommits(bytesOf(doc)) : [];
}

function bytesOf({ commits }: CommitTimesDoc): Uint8Array {
  return commits.buffer;
}

function contentOf(commits: readonly CommitTime[]): Omit<CommitTimesDoc, '_id' | 'datasetId' | 'versionId'> {
  const [first, last] = [commits[0], commits.at(-1)];
  if (!first || !last) throw new Error('there are no commits to keep');
  return {
    from: first.seq,
    to: last.seq,
    firstAt: new Date(first.atMs),
    lastAt: new Date(last.atMs),
    count: commits.length,
    commits: new mongo.Binary(packCommits(commits)),
  };
}
