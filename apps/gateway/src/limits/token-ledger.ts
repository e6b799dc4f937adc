import type { Soon } from '@sluice/runtime/at-once';
import type { FastifyReply } from 'fastify';
import { LimitReached, type Policy, policyField, stateField } from './limit-fields';
import type { QuotaLease } from './quota-lease';
import type { RateState } from './token-rate';

/** Charges rows of an answer before it is sent; fails with `quota_exceeded` where so many are not left. */
export type RowCharge = (rows: number) => Soon<void>;

/** One quota of the token: what callers are told of it, and what this gateway holds of it. */
export interface Account {
  policy: Policy;
  lease: QuotaLease;
}

/** All limits of one token, as they stand with each request. Nothing waits while enough of the quotas is held. */
export class TokenLedger {
  private readonly policies: string;
  private readonly rows: readonly Account[];

  constructor(
    private readonly rate: { policy: Policy; take(): RateState } | null,
    private readonly accounts: readonly Account[],
  ) {
    this.policies = policyField([...(rate ? [rate.policy] : []), ...accounts.map(({ policy }) => policy)]);
    this.rows = accounts.filter(({ policy }) => policy.unit === 'rows');
  }

  /** Counts a request, or fails with `rate_limited` or `quota_exceeded`; the result charges rows, where those are limited. */
  admit(reply: FastifyReply): Soon<RowCharge | undefined> {
    const rate = this.rate?.take();
    if (this.rate && rate && !rate.allowed) {
      this.tell(reply, rate);
      const { policy } = this.rate;
      const detail = `at most ${policy.quota} requests in ${policy.windowSeconds} s`;
      throw new LimitReached('rate_limited', detail, policy.name, rate.retryMs / 1_000);
    }
    return this.admitFrom(0, reply, rate);
  }

  private admitFrom(first: number, reply: FastifyReply, rate: RateState | undefined): Soon<RowCharge | undefined> {
    for (const [index, account] of this.accounts.entries()) {
      if (index < first) continue;
      const { policy, lease } = account;
      // Of rows nothing is taken yet, but where none is left no query needs to run.
      const taken = policy.unit === 'rows' ? lease.any() : lease.take(1);
      if (taken !== true) return this.admitLate(taken, account, index, reply, rate);
    }
    this.tell(reply, rate);
    return this.rows.length === 0 ? undefined : (count) => this.charge(count, reply, rate);
  }

  private async admitLate(
    taken: boolean | Promise<boolean>,
    { policy, lease }: Account,
    index: number,
    reply: FastifyReply,
    rate: RateState | undefined,
  ): Promise<RowCharge | undefined> {
    if (await taken) return this.admitFrom(index + 1, reply, rate);
    this.tell(reply, rate);
    const what = policy.unit ?? 'requests';
    throw new LimitReached('quota_exceeded', `the ${what} of this period are used up`, policy.name, secondsLeft(lease));
  }

  private async charge(count: number, reply: FastifyReply, rate: RateState | undefined): Promise<void> {
    for (const { policy, lease } of count > 0 ? this.rows : []) {
      const taken = lease.take(count);
      if (taken === true || (await taken)) continue;
      this.tell(reply, rate);
      const detail = `the answer has ${count} rows, more than are left`;
      throw new LimitReached('quota_exceeded', detail, policy.name, secondsLeft(lease));
    }
    this.tell(reply, rate);
  }

  private tell(reply: FastifyReply, rate: RateState | undefined): void {
    const states = this.accounts.map(({ policy, lease }) => {
      return stateField(policy.name, lease.remaining().remaining, secondsLeft(lease));
    });
    if (this.rate && rate) states.unshift(stateField('rate', rate.remaining, this.rate.policy.windowSeconds));
    if (states.length === 0) return;
    reply.header('ratelimit-policy', this.policies).header('ratelimit', states.join(', '));
  }
}

function secondsLeft(lease: QuotaLease): number {
  return Math.ceil(lease.remaining().untilMs / 1_000);
}
