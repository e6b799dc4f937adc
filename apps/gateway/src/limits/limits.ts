import { Inject, Injectable } from '@nestjs/common';
import type { QuotaName } from '@sluice/contracts/quotas';
import type { TokenLimits } from '@sluice/contracts/token-limits';
import type { Verdict } from '@sluice/contracts/tokens';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyReply } from 'fastify';
import { LimitReached, limitFields, type PolicyState } from './limit-fields';
import { Quotas } from './quotas';
import { RateLimits } from './rate-limits';
import { TokenUses } from './token-uses';

/** Charges rows of an answer before it is sent; fails with `quota_exceeded` where so many are not left. */
export type RowCharge = (rows: number) => Promise<void>;

const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 30 * DAY_SECONDS;
const policyOf: Readonly<Record<QuotaName, { name: string; windowSeconds: number; unit?: 'rows' }>> = {
  requestsPerDay: { name: 'day', windowSeconds: DAY_SECONDS },
  requestsPerMonth: { name: 'month', windowSeconds: MONTH_SECONDS },
  rowsPerDay: { name: 'rows-day', windowSeconds: DAY_SECONDS, unit: 'rows' },
  rowsPerMonth: { name: 'rows-month', windowSeconds: MONTH_SECONDS, unit: 'rows' },
};

/** Step 4 of a data request: what the token may use at most. */
@Injectable()
export class Limits {
  constructor(
    private readonly uses: TokenUses,
    private readonly rates: RateLimits,
    private readonly quotas: Quotas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Counts a request, or fails with `rate_limited` or `quota_exceeded`; the answer tells how things stand. The result
   * charges rows, where those are limited. It waits for another process only where too little of a quota is at hand.
   */
  admit({ id, limits }: Verdict, reply: FastifyReply): RowCharge | undefined | Promise<RowCharge | undefined> {
    this.uses.used(id, this.clock.wallMs());
    return limits && this.count(id, limits, reply);
  }

  private async count(tokenId: string, limits: TokenLimits, reply: FastifyReply): Promise<RowCharge | undefined> {
    const rate = this.takeRate(tokenId, limits, reply);
    const tell = () => {
      const states = [...(rate ? [rate] : []), ...this.states(tokenId, limits)];
      if (states.length > 0) reply.headers(limitFields(states));
    };
    try {
      for (const quota of ['requestsPerDay', 'requestsPerMonth'] as const) {
        if (limits[quota] === null || (await this.quotas.of(tokenId, quota).take(1))) continue;
        throw this.exceeded(tokenId, quota, limits[quota], 'the requests of this period are used up');
      }
      const rows = (['rowsPerDay', 'rowsPerMonth'] as const).filter((quota) => limits[quota] !== null);
      for (const quota of rows) {
        if (await this.quotas.of(tokenId, quota).any()) continue;
        throw this.exceeded(tokenId, quota, limits[quota] ?? 0, 'the rows of this period are used up');
      }
      if (rows.length === 0) return undefined;
      return async (count) => {
        for (const quota of rows) {
          if (count === 0 || (await this.quotas.of(tokenId, quota).take(count))) continue;
          throw this.exceeded(tokenId, quota, limits[quota] ?? 0, `the answer has ${count} rows, more than are left`);
        }
        tell();
      };
    } finally {
      tell();
    }
  }

  private takeRate(tokenId: string, limits: TokenLimits, reply: FastifyReply): PolicyState | null {
    const { requestsPerSecond } = limits;
    if (requestsPerSecond === null) return null;
    const taken = this.rates.take(tokenId, { ...limits, requestsPerSecond });
    const windowSeconds = Math.ceil(taken.windowMs / 1_000);
    const { limit: quota, remaining } = taken;
    const state = { name: 'rate', quota, windowSeconds, remaining, resetSeconds: windowSeconds };
    if (taken.allowed) return state;
    reply.headers(limitFields([state, ...this.states(tokenId, limits)]));
    throw new LimitReached(
      'rate_limited',
      `at most ${quota} requests in ${windowSeconds} s`,
      state,
      taken.retryMs / 1_000,
    );
  }

  private exceeded(tokenId: string, quota: QuotaName, limit: number, detail: string): LimitReached {
    const state = this.state(tokenId, quota, limit);
    return new LimitReached('quota_exceeded', detail, state, state.resetSeconds);
  }

  private states(tokenId: string, limits: TokenLimits): PolicyState[] {
    return (Object.keys(policyOf) as QuotaName[]).flatMap((quota) => {
      const limit = limits[quota];
      return limit === null ? [] : [this.state(tokenId, quota, limit)];
    });
  }

  private state(tokenId: string, quota: QuotaName, limit: number): PolicyState {
    const { remaining, untilMs } = this.quotas.of(tokenId, quota).remaining();
    return { ...policyOf[quota], quota: limit, remaining, resetSeconds: Math.ceil(untilMs / 1_000) };
  }
}
