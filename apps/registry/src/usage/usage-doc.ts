import { latencyClassEndMs, type UsageCounts, type UsageStep } from '@sluice/contracts/registry/usage';
import { Schema } from 'mongoose';

/** The counts of one gateway in one bucket, as it last told them. */
export interface UsageDoc extends Omit<UsageCounts, 'latency'> {
  /** Step, start, API, token and gateway: telling again replaces. */
  _id: string;
  step: UsageStep;
  at: Date;
  apiId: string;
  datasetId: string;
  tokenId: string | null;
  /** Requests per class of answer time; classes without any are left out. */
  latency: Record<string, number>;
}

export const USAGE = 'usage';

export const usageSchema = new Schema<UsageDoc>(
  {
    _id: String,
    step: String,
    at: Date,
    apiId: String,
    datasetId: String,
    tokenId: String,
    requests: Number,
    rows: Number,
    bytes: Number,
    queryMs: Number,
    clientErrors: Number,
    serverErrors: Number,
    latency: Schema.Types.Mixed,
  },
  { collection: USAGE, versionKey: false, autoIndex: false, minimize: false },
)
  .index({ step: 1, at: 1 })
  .index({ apiId: 1, step: 1, at: 1 });

/** The end of the class in which the given share of all requests is reached, in milliseconds; null without requests. */
export function percentile(latency: Readonly<Record<string, number>>, share: number): number | null {
  const classes = Object.entries(latency)
    .map(([index, count]) => ({ index: Number(index), count }))
    .sort((a, b) => a.index - b.index);
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  let reached = 0;
  for (const { index, count } of classes) {
    reached += count;
    if (reached >= total * share) return Math.round(latencyClassEndMs(index) * 10) / 10;
  }
  return null;
}
