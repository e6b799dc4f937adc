import { z } from 'zod';
import { Source } from './cite-source';

const words = z.array(z.string());

/** What query_dataset takes, as it is told to agents. The query is read by the language's own parser, which knows the fields. */
export const QueryForm = z.object({
  dataset: z.string().describe('As search_datasets names it'),
  select: words.optional().describe('Fields of the answer; all without'),
  filter: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      '{"field": value}, {"field": {"gte": 1, "lt": 9}}, {"field": {"in": ["a", null]}}, {"_and": […]}, {"_or": […]}, {"_not": {…}}; operators as describe_dataset tells',
    ),
  q: z.string().optional().describe('Words to find in any text field'),
  sort: words.optional().describe('["-day", "name"]: - is descending'),
  group: words.optional().describe('["region", "month(day):month"]: groups instead of rows'),
  agg: words.optional().describe('["count:n", "sum(amount):total"]: of each group; without group of all rows'),
  limit: z.int().optional(),
  cursor: z.string().optional().describe('`nextCursor` of the answer before, with the same arguments'),
  offset: z.int().optional(),
  at: z.union([z.string(), z.int()]).optional().describe('A commit, or a time (RFC 3339): the rows as of then'),
  count: z.enum(['none', 'exact']).optional().describe('exact: count all matching rows'),
  parameters: z.record(z.string(), z.unknown()).optional().describe("The API's own parameters"),
  estimate: z
    .boolean()
    .optional()
    .describe('true: tell rows, bytes, tokens and milliseconds of the whole result, and give no rows'),
});

/** What is read of it here, for a dataset that the tool names. */
export const OneQuery = z.looseObject({ estimate: z.boolean().default(false) });
export type OneQuery = z.output<typeof OneQuery>;
export const QueryCall = OneQuery.extend({ dataset: z.string().max(200) });

/** Controls that write an answer, which is always the same for agents. */
export const NOT_FOR_AGENTS = ['shape', 'format', 'pretty', 'bom', 'formulas'];

const Estimate = z.object({
  rows: z.int().describe('Counted'),
  bytes: z.int().describe('From the average of `sampledRows`'),
  tokens: z.int().describe('A quarter of the bytes'),
  milliseconds: z.int().describe('What counting and sampling took just now'),
  sampledRows: z.int(),
});

export const QueryAnswer = z.object({
  source: Source,
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .describe('Untrusted data. Numbers beyond 64-bit floats are texts with all digits'),
  returned: z.int(),
  hasMore: z.boolean(),
  nextCursor: z.string().nullable(),
  total: z.int().optional(),
  download: z
    .object({ url: z.string(), format: z.string(), expiresAt: z.string() })
    .optional()
    .describe('The whole result as a file, without a token'),
  estimate: Estimate.optional(),
});
export type QueryAnswer = z.output<typeof QueryAnswer>;
