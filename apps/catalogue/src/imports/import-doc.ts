import type { Import, ImportPhase } from '@sluice/contracts/imports';
import { type Audited, type AuditedRequest, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import { Schema, type Types } from 'mongoose';

/** An import as stored: who works on it, until when that counts without being renewed, and what it will publish. */
export interface ImportDoc extends Audited {
  datasetId: string;
  phase: ImportPhase;
  bytes: number;
  rows: number;
  /** Of the version that it makes, and of that version's file: known from the start, so that whatever is left can be found. */
  versionId: string;
  fileId: Types.ObjectId;
  version: number | null;
  warnings: string[];
  error: Import['error'];
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
    phase: String,
    bytes: Number,
    rows: Number,
    versionId: String,
    fileId: Schema.Types.ObjectId,
    version: Number,
    warnings: [String],
    error: Schema.Types.Mixed,
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
  const { _id, datasetId, phase, bytes, rows, version, warnings, error, createdAt, finishedAt } = doc;
  return {
    id: _id,
    datasetId,
    phase,
    bytes,
    rows,
    version,
    warnings,
    error,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
