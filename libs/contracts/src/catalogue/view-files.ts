import { z } from 'zod';
import { contract } from '../contract';
import { Snapshot } from '../snapshot';
import { RowsRequest } from './rows';

/** Names the rows of a file: what the view of an API shows of one snapshot, in its order. */
export const ViewFileRequest = RowsRequest.pick({ snapshot: true, select: true, filter: true, sort: true });
export type ViewFileRequest = z.infer<typeof ViewFileRequest>;

const ViewFileId = z.string().regex(/^[0-9a-f]{64}$/);

/** A Parquet file that was made once and has the same bytes for everybody. */
export const ViewFile = z.object({
  id: ViewFileId,
  bytes: z.int().min(1),
  /** Of all its bytes, in hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  rows: z.int().min(0),
});
export type ViewFile = z.infer<typeof ViewFile>;

const failures = ['snapshot_gone', 'query_timeout', 'memory_exceeded', 'storage_full', 'overloaded'] as const;

/**
 * Makes the file of a view, or finds it. A file that takes longer than 20 s is made on; until then the call is refused with
 * `unavailable`, and may be made again.
 */
export const openViewFile = contract({
  subject: 'catalogue.files.open',
  request: ViewFileRequest,
  reply: ViewFile,
  errors: ['unavailable', ...failures],
  timeoutMs: 25_000,
});

/** The most commits that one file of changes is of. */
export const MAX_CHANGE_COMMITS = 1_000;

/**
 * Names what became of the rows of a view between two snapshots: of one version, commit by commit; or of two, of which the later has
 * no commits yet, as the difference of both by their key fields.
 */
export const ChangeFileRequest = RowsRequest.pick({ select: true, filter: true }).extend({
  before: Snapshot,
  now: Snapshot,
});
export type ChangeFileRequest = z.infer<typeof ChangeFileRequest>;

/** The changes of one commit: a whole Parquet file of its own, at this place of the file that holds all of them. */
export const ChangePart = z.object({
  seq: z.int().min(0),
  from: z.int().min(0),
  bytes: z.int().min(1),
  rows: z.int().min(1),
});
export type ChangePart = z.infer<typeof ChangePart>;

/**
 * Makes the file of changes, or finds it. Beside the fields of the view its rows have `_change_type`: `insert`, `update_preimage`,
 * `update_postimage`, `delete`, as in Delta's change data feed. A commit that changed nothing that the view shows has no part.
 * `not_found`: the two versions have no key fields in common that their rows could be told apart by.
 */
export const openChangeFile = contract({
  subject: 'catalogue.files.open-changes',
  request: ChangeFileRequest,
  reply: z.object({ file: ViewFile, parts: z.array(ChangePart).max(MAX_CHANGE_COMMITS) }),
  errors: ['unavailable', 'not_found', ...failures],
  timeoutMs: 25_000,
});

/** Reads the bytes `from` to `to` of a file, both included. `not_found`: it was not read for long, and went. */
export const readViewFile = contract({
  subject: 'catalogue.files.read',
  isRead: true,
  request: z.object({ id: ViewFileId, from: z.int().min(0), to: z.int().min(0) }),
  reply: z.object({}),
  replyBytes: true,
  errors: ['not_found', 'storage_full'],
  timeoutMs: 15_000,
});
