import { shareOut } from './rate-share';
import { SlidingCount } from './sliding-count';

/** At most `burst` requests, or else `requestsPerSecond`, in any burst / requestsPerSecond seconds. */
export interface Rate {
  requestsPerSecond: number;
  burst: number | null;
}

/** One gateway's report on one token: requests that came, and that were let through, within the last window. */
export interface RateReport {
  demand: number;
  used: number;
}

interface Heard extends RateReport {
  atMs: number;
}

/** The decision on one request, and how things stand after it. */
export interface RateState {
  allowed: boolean;
  remaining: number;
  retryMs: number;
}

/** After this silence a gateway asks for nothing any more; what it had used still counts for a whole window. */
const SILENT_MS = 2_000;
const MIN_PROJECTED_MS = 50;
/** From this part of the limit on every change matters to the others; below, they are told once in a while. */
const NEAR = 0.25;
const SELDOM_MS = 1_000;
/** Long enough for two reports of every other gateway. */
const SETTLE_MS = 250;

/**
 * The rate of one token on one gateway: at most `burst` requests in any `burst / requestsPerSecond` seconds over all
 * gateways. A request is judged by what this gateway has used, by its share, and by what the others told that they used,
 * so that it waits for nobody.
 */
export class TokenRate {
  private readonly others = new Map<string, Heard>();
  private own: { limit: number; windowMs: number; seen: SlidingCount; used: SlidingCount } | null = null;
  private told: RateReport = { demand: 0, used: 0 };
  private toldMs = Number.NEGATIVE_INFINITY;
  /** What was measured last, whether it was told or not. */
  private measured: RateReport = { demand: 0, used: 0 };
  private measuredMs = 0;
  /** Start of the time in which this gateway has been asked without a pause. */
  private sinceMs = 0;
  /** Requests since the last measurement. */
  private came = 0;
  /** This gateway's part of the limit; null where it has to be worked out anew. */
  private part: { alone: boolean; share: number } | null = null;

  constructor(private readonly self: string) {}

  /** Decides on one request, and counts it. */
  take(limits: Rate, live: readonly string[], nowMs: number): RateState {
    const { limit, windowMs, seen, used } = this.countsOf(limits, nowMs);
    seen.add(nowMs);
    if (this.came === 0 && this.told.demand === 0) this.sinceMs = nowMs;
    this.came++;
    const mine = used.total(nowMs);
    const all = mine + this.usedByOthers(nowMs, windowMs);
    const allowed = all < limit && this.mayUse(mine, limit, live, nowMs);
    if (allowed) used.add(nowMs);
    const remaining = allowed ? limit - all - 1 : 0;
    return { allowed, remaining, retryMs: allowed ? 0 : used.untilLessMs(nowMs) };
  }

  /** Keeps the report of another gateway. */
  hear(replica: string, report: RateReport, nowMs: number): void {
    this.others.set(replica, { ...report, atMs: nowMs });
    this.part = null;
  }

  /** Nothing is used now, and the others know it. */
  get isIdle(): boolean {
    return isNothing(this.measured) && isNothing(this.told);
  }

  /**
   * Makes the report for the others; null where they need none: they know it, or the token is far from its limit and they
   * were told within the last second. Demand is what came within the window, or would if it went on as since the last
   * measurement: a rise is known before it has filled a window.
   */
  report(nowMs: number): RateReport | null {
    if (!this.own) return null;
    const { limit, windowMs, seen, used } = this.own;
    const projected = (this.came * windowMs) / Math.max(nowMs - this.measuredMs, MIN_PROJECTED_MS);
    const report = {
      demand: Math.min(limit, Math.round(Math.max(seen.total(nowMs), projected))),
      used: used.total(nowMs),
    };
    this.came = 0;
    this.measured = report;
    this.measuredMs = nowMs;
    this.part = null;
    if (this.isIdle) return null;
    const isNear = this.demandOfAll(nowMs) >= limit * NEAR;
    if (!isNear && nowMs - this.toldMs < SELDOM_MS) return null;
    this.told = report;
    this.toldMs = nowMs;
    return report;
  }

  private demandOfAll(nowMs: number): number {
    let sum = this.measured.demand;
    for (const { demand, atMs } of this.others.values()) if (nowMs - atMs <= SILENT_MS) sum += demand;
    return sum;
  }

  private countsOf({ requestsPerSecond, burst }: Rate, nowMs: number) {
    const limit = burst ?? requestsPerSecond;
    const windowMs = (limit / requestsPerSecond) * 1_000;
    if (this.own?.limit !== limit || this.own.windowMs !== windowMs) {
      if (!this.own) this.measuredMs = nowMs;
      const [seen, used] = [new SlidingCount(windowMs), new SlidingCount(windowMs)];
      // Changed limits forgive nothing that was used under the ones before.
      for (let count = Math.min(limit, this.own?.used.total(nowMs) ?? 0); count > 0; count--) used.add(nowMs);
      this.own = { limit, windowMs, seen, used };
      this.part = null;
    }
    return this.own;
  }

  private usedByOthers(nowMs: number, windowMs: number): number {
    let sum = 0;
    for (const [replica, { used, atMs }] of this.others) {
      if (nowMs - atMs > windowMs + SILENT_MS) this.others.delete(replica);
      else sum += used;
    }
    return sum;
  }

  /** While nobody else asks, one request needs no share: a limit may be smaller than the number of gateways. */
  private mayUse(mine: number, limit: number, live: readonly string[], nowMs: number): boolean {
    this.part ??= this.partOf(limit, live, nowMs);
    return mine < this.part.share || (mine === 0 && this.part.alone);
  }

  /** Works out this gateway's part from the reports, its own included: all gateways reckon with the same numbers. */
  private partOf(limit: number, live: readonly string[], nowMs: number): { alone: boolean; share: number } {
    const demands = new Map(live.map((replica) => [replica, 0]));
    let alone = true;
    for (const [replica, { demand, atMs }] of this.others) {
      if (nowMs - atMs > SILENT_MS) continue;
      demands.set(replica, demand);
      alone &&= demand === 0;
    }
    demands.set(this.self, this.told.demand);
    const share = shareOut(limit, demands).get(this.self) ?? 0;
    // The others may just be asked for the first time as well, and not have said so yet.
    const settled = nowMs - this.sinceMs >= SETTLE_MS;
    return { alone, share: settled ? share : Math.min(share, Math.ceil(limit / demands.size)) };
  }
}

function isNothing({ demand, used }: RateReport): boolean {
  return demand === 0 && used === 0;
}
