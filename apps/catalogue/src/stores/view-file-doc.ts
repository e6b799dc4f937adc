import { Schema, type Types } from 'mongoose';

/** A Parquet file of what a view shows of a snapshot. It can be made again, and is in no backup. */
export interface ViewFileDoc {
  /** Names snapshot and view: `nameViewFile`. */
  _id: string;
  versionId: string;
  fileId: Types.ObjectId;
  bytes: number;
  sha256: string;
  rows: number;
  createdAt: Date;
  /** When somebody last read it, to the minute. */
  readAt: Date;
}

export const VIEW_FILES = 'view_files';

export const viewFileSchema = new Schema<ViewFileDoc>(
  {
    _id: String,
    versionId: String,
    fileId: Schema.Types.ObjectId,
    bytes: Number,
    sha256: String,
    rows: Number,
    createdAt: Date,
    readAt: Date,
  },
  { collection: VIEW_FILES, versionKey: false, autoIndex: false },
)
  .index({ versionId: 1 })
  .index({ readAt: 1 });
