import { z } from 'zod';
import { contract } from '../contract';
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
