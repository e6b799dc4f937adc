import { z } from 'zod';
import { contract, event } from '../contract';
import { ApiId, DatasetId, TokenId } from '../ids';
import { Timestamp } from '../page';

/**
 * Answer times are counted in classes: class 0 ends at 1 ms, each next one is half as wide again, the last one is open.
 * A percentile is the end of its class, so it is told at most half too high.
 */
export const LATENCY_CLASSES = 30;
const FIRST_CLASS_MS = 1;
const CLASS_GROWTH = 1.5;

/** The class that a duration falls into. */
export function latencyClass(durationMs: number): number {
  if (durationMs <= FIRST_CLASS_MS) return 0;
  return Math.min(LATENCY_CLASSES - 1, Math.ceil(Math.log(durationMs / FIRST_CLASS_MS) / Math.log(CLASS_GROWTH)));
}

/** Gives the upper end of a class of latencies, in milliseconds. */
export function latencyClassEndMs(index: number): number {
  return FIRST_CLASS_MS * CLASS_GROWTH ** index;
}

/** How long a bucket of time is: minutes are kept for two days, hours for three months. */
export const usageSteps = { minute: 60_000, hour: 3_600_000 } as const;
export const UsageStep = z.enum(['minute', 'hour']);
export type UsageStep = z.infer<typeof UsageStep>;

const count = z.int().min(0);
/** A release that does not measure it tells of none. */
const queryMs = count.default(0).meta({ description: 'Milliseconds that the engine worked for the requests' });

/** Counts the requests of one token at one API. Client errors are answers with 4xx, server errors with 5xx. */
export const UsageCounts = z.object({
  requests: count,
  rows: count,
  bytes: count,
  queryMs,
  clientErrors: count,
  serverErrors: count,
  /** Requests per class of answer time. */
  latency: z.array(count).length(LATENCY_CLASSES),
});
export type UsageCounts = z.infer<typeof UsageCounts>;

/** All that one gateway counted in one bucket so far: a later state replaces an earlier one, so telling twice adds nothing. */
export const UsageBucket = z.object({
  step: UsageStep,
  startMs: z.int(),
  apiId: ApiId,
  datasetId: DatasetId,
  tokenId: TokenId.nullable(),
  counts: UsageCounts,
});
export type UsageBucket = z.infer<typeof UsageBucket>;

export const MAX_TOLD_BUCKETS = 500;

export const recordUsage = contract({
  subject: 'registry.usage.record',
  request: z.object({ gateway: z.string().min(1).max(300), buckets: z.array(UsageBucket).max(MAX_TOLD_BUCKETS) }),
  reply: z.object({}),
  errors: [],
});

/** The spans of time that usage is told for. */
export const UsageRange = z.enum(['1h', '24h', '7d', '30d', '90d']);
export type UsageRange = z.infer<typeof UsageRange>;

const UsageSums = UsageCounts.omit({ latency: true }).extend({
  p50: z.number().nullable().meta({ description: 'Half of the answers took at most this many milliseconds' }),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
export const UsagePoint = UsageSums.extend({ at: Timestamp }).meta({ id: 'UsagePoint' });
export type UsagePoint = z.infer<typeof UsagePoint>;
export const UsageShare = z.object({
  id: z.string(),
  requests: count,
  rows: count,
  bytes: count,
  queryMs,
  errors: count,
});
export type UsageShare = z.infer<typeof UsageShare>;

/** Usage over a span of time, in points of `stepSeconds` (those without a request are left out), and who used most. */
export const Usage = z
  .object({
    from: Timestamp,
    to: Timestamp,
    stepSeconds: z.int(),
    totals: UsageSums,
    series: z.array(UsagePoint),
    apis: z.array(UsageShare),
    tokens: z.array(UsageShare),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof Usage>;

export const UsageFilter = z.object({
  range: UsageRange.default('24h').meta({ description: 'How far back, from now' }),
  apiId: ApiId.optional().meta({ description: 'Only requests to this API' }),
  tokenId: TokenId.optional().meta({ description: 'Only requests with this token' }),
  datasetId: DatasetId.optional().meta({ description: 'Only requests to APIs over this dataset' }),
});
export type UsageFilter = z.infer<typeof UsageFilter>;

export const readUsage = contract({
  subject: 'registry.usage.read',
  isRead: true,
  request: UsageFilter,
  reply: Usage,
  errors: [],
  timeoutMs: 10_000,
});

/** One data request as the live tail shows it: never a query value, an address or a secret. */
export const SeenRequest = z
  .object({
    at: Timestamp,
    requestId: z.string(),
    apiId: ApiId,
    tokenId: TokenId.nullable(),
    method: z.string(),
    status: z.int(),
    rows: count,
    bytes: count,
    durationMs: z.number(),
    client: z
      .string()
      .optional()
      .meta({ description: 'The kind of program that asked, where it is known: `mcp` is an agent' }),
    code: z.string().optional().meta({ description: 'Of the refusal, as in its problem document' }),
  })
  .meta({ id: 'SeenRequest' });
export type SeenRequest = z.infer<typeof SeenRequest>;

/** Somebody watches: gateways tell their requests for the next few seconds. Said again each second. */
export const tailWanted = event({ subject: 'gateway.tails.wanted', payload: z.object({}) });

export const MAX_SEEN_REQUESTS = 100;

/** The requests of one gateway within the last quarter of a second; `left` more were not told. */
export const requestsSeen = event({
  subject: 'gateway.requests.seen',
  payload: z.object({ requests: z.array(SeenRequest).max(MAX_SEEN_REQUESTS), left: count }),
});
