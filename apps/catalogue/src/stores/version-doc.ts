import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { Field } from '@sluice/contracts/fields';
import { Schema, type Types } from 'mongoose';

/** A version without its number, which the dataset's list gives it when it is published. */
export interface VersionDoc {
  _id: string;
  datasetId: string;
  /** Names the Parquet file in GridFS. */
  fileId: Types.ObjectId;
  fields: Field[];
  rowCount: number;
  /** From its first row on; a commit may name them later. */
  keyFields?: string[];
  byteSize: number;
  note: string;
  /** JSON text; these two are absent where an earlier release stored the version. */
  reading?: string | null;
  warnings?: ImportWarning[];
  createdAt: Date;
  /** A replica puts its commits together, and has until then: others leave them to it. */
  compactingUntil?: Date;
}

export const VERSIONS = 'versions';

export const versionSchema = new Schema<VersionDoc>(
  {
    _id: String,
    datasetId: String,
    fileId: Schema.Types.ObjectId,
    fields: Schema.Types.Mixed,
    rowCount: Number,
    keyFields: { type: [String], default: undefined },
    byteSize: Number,
    note: String,
    reading: String,
    warnings: { type: [Schema.Types.Mixed], default: undefined },
    createdAt: Date,
    compactingUntil: Date,
  },
  { collection: VERSIONS, versionKey: false, autoIndex: false, minimize: false },
).index({ datasetId: 1 });
