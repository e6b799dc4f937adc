import { andThen, type Soon } from '@sluice/runtime/at-once';
import type { FastifyReply } from 'fastify';
import type { Account, Unit } from './account';
import { Charge } from './charge';
import { LimitReached, type Policy, policyField, stateField } from './limit-fields';
import { takeFromEach } from './take-from-each';
import type { RateState } from './token-rate';

const wordsOf: Readonly<Record<Unit, string>> = {
  requests: 'requests',
  rows: 'rows',
  bytes: 'bytes',
  milliseconds: 'milliseconds of queries',
};

/** Holds all limits of one token. Nothing waits while enough of the quotas is leased here. */
export class TokenLedger {
  private readonly policies: string;
  /** Whether anything but requests is counted. */
  private readonly isMetered: boolean;

  constructor(
    private readonly rate: { policy: Policy; take(): RateState } | null,
    private readonly accounts: readonly Account[],
  ) {
    this.policies = policyField([...(rate ? [rate.policy] : []), ...accounts.map(({ policy }) => policy)]);
    this.isMetered = accounts.some(({ unit }) => unit !== 'requests');
  }

  /** Counts a request, or fails with `rate_limited` or `quota_exceeded`; the result charges its answer, where that is limited. */
  charge(reply: FastifyReply): Soon<Charge | undefined> {
    const rate = this.rate?.take();
    if (this.rate && rate && !rate.allowed) {
      this.tell(reply, rate);
      const { policy } = this.rate;
      const detail = `at most ${policy.quota} requests in ${policy.windowSeconds} s`;
      throw new LimitReached('rate_limited', detail, policy.name, rate.retryMs / 1_000);
    }
    const charged = takeFromEach(
      this.accounts,
      // All else is charged later, but where none is left no query needs to run.
      ({ unit }) => (unit === 'requests' ? 1 : 0),
      (account) => this.refuse(account, `the ${wordsOf[account.unit]} of this period are used up`, reply, rate),
    );
    return andThen(charged, () => {
      this.tell(reply, rate);
      if (!this.isMetered) return undefined;
      return new Charge(this.accounts, reply, {
        tell: () => this.tell(reply, rate),
        refuse: (account, detail) => this.refuse(account, detail, reply, rate),
      });
    });
  }

  private refuse(
    { quota, policy, lease }: Account,
    detail: string,
    reply: FastifyReply,
    rate: RateState | undefined,
  ): never {
    this.tell(reply, rate);
    const which = `${detail} (${quota}: ${policy.quota})`;
    throw new LimitReached('quota_exceeded', which, policy.name, lease.remaining().untilMs / 1_000);
  }

  private tell(reply: FastifyReply, rate: RateState | undefined): void {
    const states = this.rate && rate ? [stateField('rate', rate.remaining, this.rate.policy.windowSeconds)] : [];
    for (const { policy, lease } of this.accounts) {
      const { remaining, untilMs } = lease.remaining();
      states.push(stateField(policy.name, remaining, Math.ceil(untilMs / 1_000)));
    }
    if (states.length > 0 && !reply.raw.headersSent)
      reply.header('ratelimit-policy', this.policies).header('ratelimit', states.join(', '));
  }
}
