import { type mongo, Schema, type Types } from 'mongoose';

/** When commits of a version were made, of which nothing else is left in documents of their own: their rows are in pieces. */
export interface CommitTimesDoc {
  _id: Types.ObjectId;
  datasetId: string;
  versionId: string;
  /** Seqs of the first and the last of them. */
  from: number;
  to: number;
  firstAt: Date;
  lastAt: Date;
  count: number;
  /** As `packCommits` has them. */
  commits: mongo.Binary;
}

export const COMMIT_TIMES = 'commit_times';

export const commitTimesSchema = new Schema<CommitTimesDoc>(
  {
    _id: Schema.Types.ObjectId,
    datasetId: String,
    versionId: String,
    from: Number,
    to: Number,
    firstAt: Date,
    lastAt: Date,
    count: Number,
    commits: Schema.Types.Mixed,
  },
  { collection: COMMIT_TIMES, versionKey: false, autoIndex: false },
)
  .index({ versionId: 1, from: 1 }, { unique: true })
  .index({ datasetId: 1 });
