import type { ChangePart } from '@sluice/contracts/catalogue/view-files';
import { Schema, type Types } from 'mongoose';

/** A Parquet file of what a view shows of a snapshot, or Parquet files of its changes one behind the other. It can be made again, and is in no backup. */
export interface ViewFileDoc {
  /** Names snapshot and view: `nameViewFile`. */
  _id: string;
  versionId: string;
  /** Of changes from one version to the next: the one before. */
  beforeVersionId?: string;
  fileId: Types.ObjectId;
  bytes: number;
  sha256: string;
  rows: number;
  parts?: ChangePart[];
  createdAt: Date;
  /** When somebody last read it, to the minute. */
  readAt: Date;
}

export const VIEW_FILES = 'view_files';

export const viewFileSchema = new Schema<ViewFileDoc>(
  {
    _id: String,
    versionId: String,
    beforeVersionId: String,
    fileId: Schema.Types.ObjectId,
    bytes: Number,
    sha256: String,
    rows: Number,
    parts: { type: [Schema.Types.Mixed], default: undefined },
    createdAt: Date,
    readAt: Date,
  },
  { collection: VIEW_FILES, versionKey: false, autoIndex: false },
)
  .index({ versionId: 1 })
  .index({ beforeVersionId: 1 }, { sparse: true })
  .index({ readAt: 1 });
