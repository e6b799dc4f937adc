import { Inject, Injectable } from '@nestjs/common';
import type { QuotaName } from '@sluice/contracts/tokens/quotas';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { Soon } from '@sluice/runtime/at-once';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { remembered } from '@sluice/runtime/remembered';
import type { FastifyReply } from 'fastify';
import type { Account, Unit } from './account';
import type { Charge } from './charge';
import type { Policy } from './limit-fields';
import { Quotas } from './quotas';
import { RateLimits } from './rate-limits';
import { TokenLedger } from './token-ledger';
import { TokenUses } from './token-uses';

const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 30 * DAY_SECONDS;
const days = { windowSeconds: DAY_SECONDS };
const months = { windowSeconds: MONTH_SECONDS };
const requests = { unit: 'requests' } as const;
const rows = { unit: 'rows', told: 'rows' } as const;
const bytes = { unit: 'bytes', told: 'content-bytes' } as const;
const queries = { unit: 'milliseconds', told: 'milliseconds' } as const;
/** How each quota is told to callers, and what it counts. */
const quotaKinds: Readonly<Record<QuotaName, Omit<Policy, 'quota' | 'unit'> & { unit: Unit; told?: Policy['unit'] }>> =
  {
    requestsPerDay: { name: 'day', ...days, ...requests },
    requestsPerMonth: { name: 'month', ...months, ...requests },
    rowsPerDay: { name: 'rows-day', ...days, ...rows },
    rowsPerMonth: { name: 'rows-month', ...months, ...rows },
    bytesPerDay: { name: 'bytes-day', ...days, ...bytes },
    bytesPerMonth: { name: 'bytes-month', ...months, ...bytes },
    queryMsPerDay: { name: 'query-ms-day', ...days, ...queries },
    queryMsPerMonth: { name: 'query-ms-month', ...months, ...queries },
  };
const quotaNames = Object.keys(quotaKinds) as QuotaName[];

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
  charge(verdict: Verdict, reply: FastifyReply): Soon<Charge | undefined> {
    this.uses.used(verdict.id, this.clock.wallMs());
    return isLimited(verdict) ? this.ledgerOf(verdict).charge(reply) : undefined;
  }

  private openLedger({ id: tokenId, limits }: LimitedVerdict): TokenLedger {
    const { requestsPerSecond, burst } = limits;
    const accounts = quotaNames.flatMap((name): Account[] => {
      const quota = limits[name];
      if (quota === null) return [];
      const { unit, told, ...kind } = quotaKinds[name];
      const policy = { ...kind, quota, unit: told };
      return [{ quota: name, unit, policy, lease: this.quotas.leaseFor(tokenId, name) }];
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
