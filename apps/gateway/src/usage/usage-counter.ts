import {
  LATENCY_CLASSES,
  latencyClass,
  MAX_TOLD_BUCKETS,
  type UsageBucket,
  type UsageStep,
  usageSteps,
} from '@sluice/contracts/registry/usage';

/** One request that was answered at an API. */
export interface AnsweredRequest {
  apiId: string;
  datasetId: string;
  tokenId: string | null;
  status: number;
  rows: number;
  bytes: number;
  queryMs: number;
  durationMs: number;
}

interface Open {
  bucket: UsageBucket;
  /** Counts up with every request; told when `told` is behind it. */
  state: number;
  told: number;
}

/** The open buckets of one API and token in one minute. */
interface Minute {
  minuteMs: number;
  open: Open[];
}

/** More pairs of API and token than a gateway can tell: beyond it, requests are counted without their token. */
const MAX_OPEN = 20_000;
const steps: readonly UsageStep[] = ['minute', 'hour'];

/**
 * Counts requests in memory. Every bucket is told as the sum so far of this process, which the next telling replaces:
 * a message that is lost, repeated or late does no harm, and a crash loses only what was not told yet.
 */
export class UsageCounter {
  private readonly open = new Map<string, Open>();
  /** The buckets of this minute: most requests are like one just before. */
  private readonly current = new Map<string, Map<string | null, Minute>>();

  /** Adds a request to its buckets. */
  count(request: AnsweredRequest, wallMs: number): void {
    for (const open of this.findOpen(request, wallMs)) {
      open.state++;
      add(open.bucket.counts, request);
    }
  }

  /** Takes what is new since it was last told, a message's worth; call `told` once it is delivered. */
  takeNews(): { buckets: UsageBucket[]; told: () => void } {
    const news = [...this.open.values()].filter(({ state, told }) => state > told).slice(0, MAX_TOLD_BUCKETS);
    const states = news.map(({ state }) => state);
    const told = () => {
      news.forEach((open, index) => {
        open.told = states[index] ?? open.told;
      });
    };
    return { buckets: news.map(({ bucket }) => bucket), told };
  }

  /** Forgets buckets that are over and told. */
  forget(wallMs: number): void {
    this.current.clear();
    for (const [key, { bucket, state, told }] of this.open) {
      if (state === told && bucket.startMs + usageSteps[bucket.step] <= wallMs) this.open.delete(key);
    }
  }

  private findOpen(request: AnsweredRequest, wallMs: number): Open[] {
    const { apiId, tokenId } = request;
    const minuteMs = wallMs - (wallMs % usageSteps.minute);
    const ofApi = this.current.get(apiId) ?? new Map<string | null, Minute>();
    const known = ofApi.get(tokenId);
    if (known?.minuteMs === minuteMs) return known.open;
    const open = steps.map((step) => this.openBucket(step, wallMs, request));
    this.current.set(apiId, ofApi.set(tokenId, { minuteMs, open }));
    return open;
  }

  private openBucket(step: UsageStep, wallMs: number, { apiId, datasetId, tokenId }: AnsweredRequest): Open {
    const startMs = wallMs - (wallMs % usageSteps[step]);
    const known = this.open.get(keyOf(step, startMs, apiId, tokenId));
    const token = known || this.open.size < MAX_OPEN ? tokenId : null;
    const key = keyOf(step, startMs, apiId, token);
    const open = known ?? this.open.get(key) ?? fresh({ step, startMs, apiId, datasetId, tokenId: token });
    this.open.set(key, open);
    return open;
  }
}

function keyOf(step: UsageStep, startMs: number, apiId: string, tokenId: string | null): string {
  return `${step} ${startMs} ${apiId} ${tokenId}`;
}

function fresh(bucket: Omit<UsageBucket, 'counts'>): Open {
  const latency = new Array<number>(LATENCY_CLASSES).fill(0);
  const counts = { requests: 0, rows: 0, bytes: 0, queryMs: 0, clientErrors: 0, serverErrors: 0, latency };
  return { bucket: { ...bucket, counts }, state: 0, told: 0 };
}

function add(counts: UsageBucket['counts'], { status, rows, bytes, queryMs, durationMs }: AnsweredRequest): void {
  counts.requests++;
  counts.rows += rows;
  counts.bytes += bytes;
  counts.queryMs += queryMs;
  if (status >= 500) counts.serverErrors++;
  else if (status >= 400) counts.clientErrors++;
  const index = latencyClass(durationMs);
  counts.latency[index] = (counts.latency[index] ?? 0) + 1;
}
