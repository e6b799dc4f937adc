import { Schema, type Types } from 'mongoose';

/**
 * Commits put together: one Parquet file with the rows of all of them, each with its position and its seq, so that every
 * snapshot stays what it was. Pieces may overlap; what two of them have in common is the same.
 */
export interface PieceDoc {
  _id: Types.ObjectId;
  datasetId: string;
  versionId: string;
  /** Seqs of the first and of the last commit. */
  from: number;
  to: number;
  /** The id of its last commit. */
  lastId: Types.ObjectId;
  /** The number of rows that the version had before. */
  firstRow: number;
  rowCount: number;
  /** As of its last commit. */
  keyFields?: string[];
  fileId: Types.ObjectId;
  /** The file is stored. Until then only its maker knows of it, and a sweep once that has ended. */
  ready: boolean;
  createdAt: Date;
}

export const PIECES = 'segment_pieces';

export const pieceSchema = new Schema<PieceDoc>(
  {
    _id: Schema.Types.ObjectId,
    datasetId: String,
    versionId: String,
    from: Number,
    to: Number,
    lastId: Schema.Types.ObjectId,
    firstRow: Number,
    rowCount: Number,
    keyFields: { type: [String], default: undefined },
    fileId: Schema.Types.ObjectId,
    ready: Boolean,
    createdAt: Date,
  },
  { collection: PIECES, versionKey: false, autoIndex: false },
)
  .index({ versionId: 1, to: 1 })
  .index({ datasetId: 1 })
  .index({ createdAt: 1 });
