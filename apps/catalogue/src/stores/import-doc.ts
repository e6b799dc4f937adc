import type { Import, ImportPhase, ImportReview } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { FieldType } from '@sluice/contracts/fields';
import { type Audited, type AuditedRequest, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import { Schema, type Types } from 'mongoose';

/** The review of an import, on which somebody decides. `rows` is JSON text: MongoDB's numbers would lose digits. */
export interface StoredReview extends Omit<ImportReview, 'until' | 'note' | 'reading' | 'lines'> {
  until: Date;
  /** JSON text, for the names of fields in it; absent where a replica of an earlier release stored it. */
  reading?: string;
  lines?: string;
  /** Absent where a replica of an earlier release stored it. */
  note?: string;
  rows: string;
}

/** A decision about an import that waits: to go on, or only to read its file anew, with these types and this reading. */
export interface Decision {
  /** In pairs: a name of a field may have dots and dollars, which are words of MongoDB's. */
  types: [string, FieldType][];
  /** JSON text; absent: as before. */
  reading?: string;
  isTrial?: boolean;
  remember?: boolean;
  note: string | null;
  by: AuditedRequest;
}

/** An import as stored: who works on it, until when that counts without being renewed, and what it will publish. */
export interface ImportDoc extends Audited {
  datasetId: string;
  /** Absent where nobody told it, or an earlier release stored the import. */
  fileName?: string | null;
  phase: ImportPhase;
  bytes: number;
  rows: number;
  /** The ids of the version that it makes and of its file, known from the start, so that all remains can be found. */
  versionId: string;
  fileId: Types.ObjectId;
  version: number | null;
  /** Plain texts where an earlier release stored them. */
  warnings: (ImportWarning | string)[];
  error: Import['error'];
  /** While it waits. */
  review?: StoredReview | null;
  /** Until its owner has followed it. */
  decision?: Decision | null;
  /** The request that cancelled it: from then on it only ends. */
  cancelledBy?: AuditedRequest | null;
  owner: string;
  /** Absent where an earlier release stored it. */
  startedBy?: AuditedRequest;
  leaseUntil: Date;
  createdAt: Date;
  finishedAt: Date | null;
}

export const IMPORTS = 'imports';

export const importSchema = new Schema<ImportDoc>(
  {
    _id: String,
    datasetId: String,
    fileName: String,
    phase: String,
    bytes: Number,
    rows: Number,
    versionId: String,
    fileId: Schema.Types.ObjectId,
    version: Number,
    warnings: [Schema.Types.Mixed],
    error: Schema.Types.Mixed,
    review: Schema.Types.Mixed,
    decision: Schema.Types.Mixed,
    cancelledBy: Schema.Types.Mixed,
    owner: String,
    startedBy: Schema.Types.Mixed,
    leaseUntil: Date,
    createdAt: Date,
    finishedAt: Date,
    ...auditedMembers,
  },
  { collection: IMPORTS, versionKey: false, autoIndex: false, minimize: false },
)
  .index({ phase: 1, leaseUntil: 1 })
  .index({ datasetId: 1 })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

export function presentImport(doc: ImportDoc): Import {
  const { _id, datasetId, fileName = null, bytes, rows, version, warnings, error, createdAt, finishedAt } = doc;
  return {
    id: _id,
    datasetId,
    fileName,
    // What was decided is being followed: the file is read again where other types are wanted.
    phase: doc.phase === 'review' && doc.decision ? 'reading' : doc.phase,
    bytes,
    rows,
    version,
    warnings: warnings.map((warning) => (typeof warning === 'string' ? { code: 'note', detail: warning } : warning)),
    error,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
