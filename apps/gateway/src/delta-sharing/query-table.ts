import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readJsonBody } from '../http/json-body';
import { held } from './read-query';

const MAX_BODY_BYTES = 256 * 1024;
const BODY_TIMEOUT_MS = 10_000;

const version = z.coerce.number().int().min(1, 'versions begin with 1').max(Number.MAX_SAFE_INTEGER);

/** Delta's tables begin with version 0: of ours that is the empty one, which nothing has changed. */
const firstVersion = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((given) => Math.max(given, 1));

/**
 * The body of a query of a table. Hints are hints: a table is one file, of which readers fetch what they need, so that there is
 * nothing to leave out for them. What else a client may send is left to newer protocols.
 */
const QueryTable = z
  .object({
    predicateHints: z.array(z.string()).nullish(),
    jsonPredicateHints: z.string().nullish(),
    limitHint: z.int().min(0).nullish(),
    version: version.nullish(),
    timestamp: z.string().nullish(),
    startingVersion: firstVersion.nullish(),
    endingVersion: version.nullish(),
  })
  .refine(({ version: at, timestamp, startingVersion }) => {
    return [at, timestamp, startingVersion].filter((given) => given !== undefined && given !== null).length <= 1;
  }, 'name one of version, timestamp and startingVersion');
export type QueryTable = z.output<typeof QueryTable>;

/** Reads the body of a query; an empty one asks for all rows of now. */
export async function readQueryTable(request: FastifyRequest): Promise<QueryTable> {
  const limits = { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS };
  const body = await readJsonBody(request, limits, (text): unknown => (text === '' ? {} : JSON.parse(text)));
  return held(QueryTable, body, 'body');
}

/** The query of changes: where they begin and end, as a version or as a time. */
export const ChangesQuery = z
  .strictObject({
    startingVersion: firstVersion.optional(),
    startingTimestamp: z.string().optional(),
    endingVersion: version.optional(),
    endingTimestamp: z.string().optional(),
    includeHistoricalMetadata: z.stringbool().default(false),
  })
  .refine(
    ({ startingVersion, startingTimestamp }) => (startingVersion === undefined) !== (startingTimestamp === undefined),
    { path: ['startingVersion'], message: 'name startingVersion or startingTimestamp' },
  )
  .refine(({ endingVersion, endingTimestamp }) => endingVersion === undefined || endingTimestamp === undefined, {
    path: ['endingVersion'],
    message: 'name endingVersion or endingTimestamp, not both',
  });
export type ChangesQuery = z.output<typeof ChangesQuery>;

export const VersionQuery = z.strictObject({ startingTimestamp: z.string().optional() });
