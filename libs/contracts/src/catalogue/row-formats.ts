import { z } from 'zod';
import { contract } from '../contract';
import { Format } from '../formats';
import { RowsHead, RowsRequest } from './rows';

/** The most rows that an XLSX file has: a sheet has 1,048,576, and the first of them has the names of the fields. */
export const MAX_SHEET_ROWS = 1_048_575;

/** What a workbook tells of itself. */
const WorkbookProperties = z.object({
  title: z.string().meta({ description: 'Names the file, and its sheet' }),
  description: z.string(),
});
export type WorkbookProperties = z.infer<typeof WorkbookProperties>;

/**
 * How rows are written. `bom` and `escapeFormulas` are for CSV that people open in a spreadsheet, `workbook` is for XLSX;
 * others ignore them.
 */
export const RowFormatting = z.object({
  format: Format,
  bom: z.boolean().default(false),
  escapeFormulas: z.boolean().default(false),
  workbook: WorkbookProperties.optional(),
});
export type RowFormatting = z.infer<typeof RowFormatting>;

const errors = ['invalid_query', 'snapshot_gone', 'query_timeout', 'memory_exceeded', 'storage_full'] as const;

/** Reads one page like `readRows`; the bytes behind the head are a whole document of the format. */
export const renderRows = contract({
  subject: 'catalogue.rows.render',
  isRead: true,
  request: RowsRequest.extend(RowFormatting.shape),
  reply: RowsHead,
  replyBytes: true,
  errors: [...errors],
  timeoutMs: 12_000,
});

/** Asks for all rows of a query, in the order in which its pages have them. */
export const ExportRequest = RowsRequest.pick({
  snapshot: true,
  select: true,
  filter: true,
  search: true,
  group: true,
  sort: true,
}).extend(RowFormatting.shape);
export type ExportRequest = z.infer<typeof ExportRequest>;

/** The number of rows, known only at the end: little-endian, behind the document's last byte in the same stream. */
export const EXPORT_TAIL_BYTES = 8;

/**
 * Streams a whole result. What goes wrong in the first seconds is a refusal; later it breaks the stream, which then has
 * no tail. A replica takes a few exports at a time and is `overloaded` beyond.
 */
export const exportRows = contract({
  subject: 'catalogue.rows.export',
  request: ExportRequest,
  reply: z.object({}),
  replyBytes: true,
  errors: [...errors],
  timeoutMs: 15_000,
});
