import { z } from 'zod';
import { contract } from '../contract';
import { FieldName } from '../fields';
import { FieldPath, Filter } from '../filter';
import { MAX_PAGE_ROWS } from '../page';
import { Snapshot } from '../snapshot';
import { Group } from './row-groups';

/** A field, a path into a json field (ordered as text), or in a grouped query one of the group's outputs. */
export const SortKey = z.object({ field: FieldPath, descending: z.boolean() });
export type SortKey = z.infer<typeof SortKey>;

/** Rows in whose text fields every word of `text` is found, whatever its case and accents. */
export const Search = z.object({ text: z.string().min(1).max(200), fields: z.array(FieldName) });
export type Search = z.infer<typeof Search>;

/**
 * The place behind the last row of a page: that row's position in the version; for groups the number of groups up to
 * there. Snapshots never change, so this is enough in any order.
 */
export const RowKey = z.object({
  row: z.int().min(0),
  /** The sort values of a place that the release before told; places of rows need none. */
  values: z.array(z.string().nullable()).default([]),
});
export type RowKey = z.infer<typeof RowKey>;

export const MAX_OFFSET = 10_000;

/** Asks for one page of rows of one snapshot. The order is `sort`, then the position in the file: always total. */
export const RowsRequest = z.object({
  snapshot: Snapshot,
  select: z
    .array(FieldName)
    .min(1)
    .meta({ description: "Fields of the answer in their order, or the group's outputs" }),
  filter: Filter.nullable().default(null),
  search: Search.nullable().default(null),
  group: Group.nullable().default(null),
  sort: z.array(SortKey),
  limit: z.int().min(1).max(MAX_PAGE_ROWS),
  offset: z.int().min(0).max(MAX_OFFSET).default(0),
  after: RowKey.optional(),
  count: z
    .boolean()
    .meta({ description: 'Count all matching rows too; free without a filter, where it is always done' }),
  positions: z.boolean().default(false).meta({ description: 'Tell the position of each row; groups have none' }),
});
export type RowsRequest = z.infer<typeof RowsRequest>;

/** The head of a page; the raw bytes behind it are a JSON array of `returned` row objects. */
export const RowsHead = z.object({
  returned: z.int(),
  hasMore: z.boolean(),
  nextKey: RowKey.nullable(),
  total: z.int().nullable(),
  /** Of each row where it was asked for: it never changes as long as the version stands. The release before tells none. */
  positions: z.array(z.int().min(0)).optional(),
});
export type RowsHead = z.infer<typeof RowsHead>;

/** Reads one page. A query may take 10 s (`query_timeout`), so that the caller waits a little longer. */
export const readRows = contract({
  subject: 'catalogue.rows.read',
  isRead: true,
  request: RowsRequest,
  reply: RowsHead,
  replyBytes: true,
  errors: ['invalid_query', 'snapshot_gone', 'query_timeout', 'memory_exceeded', 'storage_full'],
  timeoutMs: 12_000,
});
