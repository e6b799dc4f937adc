import type { SendResult } from '@sluice/contracts/catalogue/sends';
import { type mongo, Schema, Types } from 'mongoose';
import type { VersionDoc } from './version-doc';

/** The answer to a send, kept with its rows so that a repetition of it gets the same. */
export interface KeptAnswer {
  apiId: string;
  /** Without one it was kept by a release whose keys belonged to the API alone; those are gone after 24 hours. */
  sender?: string;
  key: string;
  bodyHash: string;
  answer: Pick<SendResult, 'accepted' | 'rejected' | 'faults' | 'version'>;
}

/**
 * One commit to a version: the rows of the sends that were committed together, and their kept answers. It is one document,
 * so that rows and answers are durable together or not at all.
 */
export interface SegmentDoc {
  _id: Types.ObjectId;
  datasetId: string;
  versionId: string;
  /** 1, 2, 3 … within the version: the unique index on it is what orders the commits of all replicas. */
  seq: number;
  /** The seq of the last commit that has rows: its own, or for a mark the one before. */
  dataSeq: number;
  /** The id of the commit before, so that a reader sees whether it has read the very same one. */
  previous: Types.ObjectId | null;
  /** The number of rows that the version had before. */
  firstRow: number;
  rowCount: number;
  /** Bytes of the rows that were sent up to here, as `joinRows` writes them; missing where nobody counted yet. */
  sentBytes?: number;
  /** The key fields from here on: a row takes the place of earlier ones that have the same values in them. */
  keyFields?: string[];
  /** As `packRows` has them; gone once a piece has them. */
  rows?: mongo.Binary;
  /** Its rows are here and in no piece yet. */
  loose?: true;
  /** The kept answers, by the name that they have in MongoDB. */
  receipts?: KeptAnswer[];
  /** Their keys, unique over everything. */
  receiptKeys?: string[];
  /** No commit but a mark: the version takes no more rows while this import may still publish the next one. */
  closedBy?: string;
  /** When a kept answer was last given again: a write, so that what it vouches for is durable. */
  repeatedAt?: Date;
  /** Never before that of the one before, whatever the clock of the replica says. */
  createdAt: Date;
}

export const SEGMENTS = 'segments';

export const segmentSchema = new Schema<SegmentDoc>(
  {
    _id: Schema.Types.ObjectId,
    datasetId: String,
    versionId: String,
    seq: Number,
    dataSeq: Number,
    previous: Schema.Types.ObjectId,
    firstRow: Number,
    rowCount: Number,
    sentBytes: Number,
    keyFields: { type: [String], default: undefined },
    rows: Schema.Types.Mixed,
    loose: Boolean,
    receipts: Schema.Types.Mixed,
    receiptKeys: Schema.Types.Mixed,
    closedBy: String,
    repeatedAt: Date,
    createdAt: Date,
  },
  { collection: SEGMENTS, versionKey: false, autoIndex: false, minimize: false },
)
  .index({ versionId: 1, seq: 1 }, { unique: true })
  .index({ receiptKeys: 1 }, { unique: true, sparse: true })
  .index({ createdAt: 1, versionId: 1, dataSeq: 1 })
  .index({ loose: 1, versionId: 1, rowCount: 1 }, { sparse: true })
  .index({ datasetId: 1 });

/** The members of a kept answer that name it. */
export type KeptAnswerName = Pick<KeptAnswer, 'apiId' | 'sender' | 'key'>;

/** Names a kept answer in the unique index. No part has a space, so that no two names are written alike. */
export function keptAnswerKey({ apiId, sender, key }: KeptAnswerName): string {
  return sender === undefined ? `${apiId} ${key}` : `${apiId} ${sender} ${key}`;
}

/** A commit without rows that follows `last`, or begins a version. */
export function followSegment(
  last: Omit<SegmentDoc, 'rows' | 'receipts' | 'receiptKeys'> | null,
  { _id: versionId, datasetId, rowCount, ...version }: Pick<VersionDoc, '_id' | 'datasetId' | 'rowCount' | 'keyFields'>,
): SegmentDoc {
  const seq = (last?.seq ?? 0) + 1;
  const previous = (last?.closedBy === undefined ? last?._id : last.previous) ?? null;
  const { keyFields } = last ?? version;
  const firstRow = last ? last.firstRow + last.rowCount : rowCount;
  return {
    _id: new Types.ObjectId(),
    datasetId,
    versionId,
    seq,
    dataSeq: seq,
    previous,
    firstRow,
    rowCount: 0,
    sentBytes: last?.sentBytes ?? 0,
    ...(keyFields && { keyFields }),
    createdAt: new Date(Math.max(Date.now(), last?.createdAt.getTime() ?? 0)),
  };
}
