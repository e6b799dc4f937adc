import { z } from 'zod';
import { contract } from '../contract';
import { FieldName } from '../fields';
import { RowsHead, RowsRequest } from './rows';

/** The formats that changes are told in. */
export const changeFormats = ['json', 'ndjson'] as const;

/** Asks for one page of what became of the rows of a query between two snapshots of one version. */
export const ChangesRequest = RowsRequest.pick({
  snapshot: true,
  select: true,
  filter: true,
  search: true,
  limit: true,
  after: true,
}).extend({
  since: z.int().min(0).meta({ description: 'Seq of the earlier snapshot' }),
  exposed: z
    .array(FieldName)
    .meta({ description: 'Fields that the caller may see: without the key fields nothing is told' }),
  format: z.enum(changeFormats),
});
export type ChangesRequest = z.infer<typeof ChangesRequest>;

/**
 * Reads one page of changes, each `{change, key, row}`: one for each key of which another row stands now, in the order of
 * these rows. `removed` ones have no row: the one that stands is none of the query's. Without key fields rows are only added.
 */
export const readChanges = contract({
  subject: 'catalogue.rows.changes',
  isRead: true,
  request: ChangesRequest,
  reply: RowsHead,
  replyBytes: true,
  errors: ['not_found', 'invalid_query', 'snapshot_gone', 'query_timeout', 'memory_exceeded', 'storage_full'],
  timeoutMs: 12_000,
});
