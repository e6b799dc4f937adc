import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import {
  type readUsage,
  type recordUsage,
  type Usage,
  type UsageRange,
  type UsageShare,
  type UsageStep,
  usageSteps,
} from '@sluice/contracts/registry/usage';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { UsageStore, type UsageSum, type Wanted } from './usage.store';
import { percentile } from './usage-doc';

const HOUR_MS = usageSteps.hour;
const DAY_MS = 24 * HOUR_MS;

/** How a range is told: from buckets of which length, over which span, in points of which length. */
const ranges: Readonly<Record<UsageRange, { step: UsageStep; spanMs: number; pointMs: number }>> = {
  '1h': { step: 'minute', spanMs: HOUR_MS, pointMs: usageSteps.minute },
  '24h': { step: 'minute', spanMs: DAY_MS, pointMs: 15 * usageSteps.minute },
  '7d': { step: 'hour', spanMs: 7 * DAY_MS, pointMs: HOUR_MS },
  '30d': { step: 'hour', spanMs: 30 * DAY_MS, pointMs: 6 * HOUR_MS },
  '90d': { step: 'hour', spanMs: 90 * DAY_MS, pointMs: DAY_MS },
};
const keptMs: Readonly<Record<UsageStep, number>> = { minute: 2 * DAY_MS, hour: 92 * DAY_MS };
const MOST = 10;

/** Keeps what gateways counted, and sums it up. */
@Injectable()
export class UsageService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({ name: UsageService.name, everyMs: HOUR_MS, turn: () => this.sweep() });

  constructor(
    private readonly store: UsageStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  async record({ gateway, buckets }: RequestOf<typeof recordUsage>): Promise<Record<string, never>> {
    if (buckets.length > 0) await this.store.put(gateway, buckets);
    return {};
  }

  async read({ range, ...ids }: RequestOf<typeof readUsage>): Promise<Usage> {
    const { step, spanMs, pointMs } = ranges[range];
    const nowMs = this.clock.wallMs();
    // Whole points, the last of which is still being filled.
    const fromMs = nowMs - (nowMs % pointMs) + pointMs - spanMs;
    const wanted: Wanted = { ...ids, step, from: new Date(fromMs) };
    const [series, apis, tokens] = await Promise.all([
      this.store.series(wanted, pointMs),
      this.store.shares(wanted, 'apiId', MOST),
      this.store.shares(wanted, 'tokenId', MOST),
    ]);
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(nowMs).toISOString(),
      stepSeconds: pointMs / 1_000,
      totals: totalsOf(series.reduce(plus, nothing)),
      series: series.map((sum) => ({ at: new Date(Number(sum._id)).toISOString(), ...totalsOf(sum) })),
      apis: apis.flatMap(share),
      tokens: tokens.flatMap(share),
    };
  }

  /** Removes what is kept no longer; every replica may do it. */
  async sweep(): Promise<void> {
    const nowMs = this.clock.wallMs();
    await this.store.removeBefore('minute', new Date(nowMs - keptMs.minute));
    await this.store.removeBefore('hour', new Date(nowMs - keptMs.hour));
  }
}

const nothing: UsageSum = {
  _id: null,
  requests: 0,
  rows: 0,
  bytes: 0,
  queryMs: 0,
  clientErrors: 0,
  serverErrors: 0,
  latency: {},
};

function plus(a: UsageSum, b: UsageSum): UsageSum {
  const classes = new Set([...Object.keys(a.latency), ...Object.keys(b.latency)]);
  const latency = Object.fromEntries(
    [...classes].map((each) => [each, (a.latency[each] ?? 0) + (b.latency[each] ?? 0)]),
  );
  return {
    _id: null,
    requests: a.requests + b.requests,
    rows: a.rows + b.rows,
    bytes: a.bytes + b.bytes,
    queryMs: a.queryMs + b.queryMs,
    clientErrors: a.clientErrors + b.clientErrors,
    serverErrors: a.serverErrors + b.serverErrors,
    latency,
  };
}

function totalsOf({ _id, latency, ...sums }: UsageSum): Usage['totals'] {
  return { ...sums, p50: percentile(latency, 0.5), p95: percentile(latency, 0.95), p99: percentile(latency, 0.99) };
}

/** Requests that were counted without a token belong to nobody. */
function share({ _id: id, requests, rows, bytes, queryMs, clientErrors, serverErrors }: UsageSum): UsageShare[] {
  return typeof id === 'string' ? [{ id, requests, rows, bytes, queryMs, errors: clientErrors + serverErrors }] : [];
}
