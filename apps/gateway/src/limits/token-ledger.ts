import { andThen, type Soon } from '@sluice/runtime/at-once';
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

/** Holds all limits of one token. Nothing waits while enough of the quotas is leased here. */
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
  charge(reply: FastifyReply): Soon<RowCharge | undefined> {
    const rate = this.rate?.take();
    if (this.rate && rate && !rate.allowed) {
      this.tell(reply, rate);
      const { policy } = this.rate;
      const detail = `at most ${policy.quota} requests in ${policy.windowSeconds} s`;
      throw new LimitReached('rate_limited', detail, policy.name, rate.retryMs / 1_000);
    }
    const charged = takeFromEach(
      this.accounts,
      // Rows are charged later, but where none is left no query needs to run.
      ({ policy, lease }) => (policy.unit === 'rows' ? lease.hasAny() : lease.take(1)),
      (account) =>
        this.refuse(account, `the ${account.policy.unit ?? 'requests'} of this period are used up`, reply, rate),
    );
    return andThen(charged, () => {
      this.tell(reply, rate);
      return this.rows.length === 0 ? undefined : (count) => this.chargeRows(count, reply, rate);
    });
  }

  private chargeRows(count: number, reply: FastifyReply, rate: RateState | undefined): Soon<void> {
    if (count === 0) return;
    const charged = takeFromEach(
      this.rows,
      ({ lease }) => lease.take(count),
      (account) => this.refuse(account, `the answer has ${count} rows, more than are left`, reply, rate),
    );
    return andThen(charged, () => this.tell(reply, rate));
  }

  private refuse({ policy, lease }: Account, detail: string, reply: FastifyReply, rate: RateState | undefined): never {
    this.tell(reply, rate);
    throw new LimitReached('quota_exceeded', detail, policy.name, lease.remaining().untilMs / 1_000);
  }

  private tell(reply: FastifyReply, rate: RateState | undefined): void {
    const states = this.rate && rate ? [stateField('rate', rate.remaining, this.rate.policy.windowSeconds)] : [];
    for (const { policy, lease } of this.accounts) {
      const { remaining, untilMs } = lease.remaining();
      states.push(stateField(policy.name, remaining, Math.ceil(untilMs / 1_000)));
    }
    if (states.length > 0) reply.header('ratelimit-policy', this.policies).header('ratelimit', states.join(', '));
  }
}

/** Takes from one account after the other, and waits only where one has to ask its owner; what is refused takes no more. */
function takeFromEach(
  accounts: readonly Account[],
  take: (account: Account) => boolean | Promise<boolean>,
  refuse: (account: Account) => never,
): Soon<void> {
  for (const [index, account] of accounts.entries()) {
    const taken = take(account);
    if (taken === true) continue;
    return andThen(taken, (granted) => {
      return granted ? takeFromEach(accounts.slice(index + 1), take, refuse) : refuse(account);
    });
  }
}
