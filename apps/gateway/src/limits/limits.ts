import { Inject, Injectable } from '@nestjs/common';
import type { QuotaName } from '@sluice/contracts/tokens/quotas';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { Soon } from '@sluice/runtime/at-once';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { remembered } from '@sluice/runtime/remembered';
import type { FastifyReply } from 'fastify';
import { Quotas } from './quotas';
import { RateLimits } from './rate-limits';
import { type RowCharge, TokenLedger } from './token-ledger';
import { TokenUses } from './token-uses';

const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 30 * DAY_SECONDS;
const policyOf: Readonly<Record<QuotaName, { name: string; windowSeconds: number; unit?: 'rows' }>> = {
  requestsPerDay: { name: 'day', windowSeconds: DAY_SECONDS },
  requestsPerMonth: { name: 'month', windowSeconds: MONTH_SECONDS },
  rowsPerDay: { name: 'rows-day', windowSeconds: DAY_SECONDS, unit: 'rows' },
  rowsPerMonth: { name: 'rows-month', windowSeconds: MONTH_SECONDS, unit: 'rows' },
};
const quotaNames = Object.keys(policyOf) as QuotaName[];

type LimitedVerdict = Verdict & Required<Pick<Verdict, 'limits'>>;

/** Holds tokens to what they may use at most. */
@Injectable()
export class Limits {
  /** A changed token has another verdict, and so another ledger. */
  private readonly ledgerOf = remembered((verdict: LimitedVerdict) => this.openLedger(verdict));

  constructor(
    private readonly uses: TokenUses,
    private readonly rates: RateLimits,
    private readonly quotas: Quotas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Counts a request, or fails with `rate_limited` or `quota_exceeded`; the answer tells how things stand. */
  charge(verdict: Verdict, reply: FastifyReply): Soon<RowCharge | undefined> {
    this.uses.used(verdict.id, this.clock.wallMs());
    return isLimited(verdict) ? this.ledgerOf(verdict).charge(reply) : undefined;
  }

  private openLedger({ id: tokenId, limits }: LimitedVerdict): TokenLedger {
    const { requestsPerSecond, burst } = limits;
    const accounts = quotaNames.flatMap((name) => {
      const quota = limits[name];
      return quota === null
        ? []
        : [{ policy: { ...policyOf[name], quota }, lease: this.quotas.leaseFor(tokenId, name) }];
    });
    const rate = requestsPerSecond === null ? null : this.rateOf(tokenId, requestsPerSecond, burst);
    return new TokenLedger(rate, accounts);
  }

  private rateOf(tokenId: string, requestsPerSecond: number, burst: number | null) {
    const quota = burst ?? requestsPerSecond;
    const policy = { name: 'rate', quota, windowSeconds: Math.ceil(quota / requestsPerSecond) };
    return { policy, take: () => this.rates.take(tokenId, { requestsPerSecond, burst }) };
  }
}

function isLimited(verdict: Verdict): verdict is LimitedVerdict {
  return verdict.limits !== undefined;
}
