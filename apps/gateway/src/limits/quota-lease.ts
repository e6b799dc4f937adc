import type { ReplyOf } from '@sluice/contracts/contract';
import type { leaseQuota } from '@sluice/contracts/tokens/quotas';
import type { Clock } from '@sluice/runtime/clock';

type Lease = ReplyOf<typeof leaseQuota>;

/** Asks the owner of the quota; throws when nobody can tell. */
export type AskLease = (amount: number, atLeast: number) => Promise<Lease>;

/** A refusal is believed so long: another gateway may give back what it did not use. */
const REFUSAL_MS = 1_000;
/** A grant that lasts less long was too small for the traffic, one that lasts longer too large. */
const SHORT_MS = 2_000;
const LONG_MS = 20_000;

/** Holds this gateway's part of one quota of one token. It leases ahead, so that requests find it there. */
export class QuotaLease {
  private held = 0;
  private left = 0;
  private knownMs = Number.NEGATIVE_INFINITY;
  private endsMs = Number.NEGATIVE_INFINITY;
  private current = '';
  private chunk: number;
  private granted = 0;
  private leasing: Promise<void> | null = null;
  private usedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly ask: AskLease,
    private readonly clock: Clock,
    private readonly sizes: { first: number; most: number },
  ) {
    this.chunk = sizes.first;
  }

  /** Takes so much, if it is there: at once as a rule, after a word with the owner where too little is held. */
  take(amount: number): boolean | Promise<boolean> {
    return this.use(amount, amount);
  }

  /** Tells whether anything is left to take. */
  hasAny(): boolean | Promise<boolean> {
    return this.use(1, 0);
  }

  /** Uses what is known only afterwards, whatever is left. What is missing is owed, and taken from the next grants of the period. */
  spend(amount: number): void {
    const nowMs = this.clock.monotonicMs();
    this.usedMs = nowMs;
    if (nowMs >= this.endsMs) this.held = 0;
    this.held -= amount;
    if (this.held < 0) this.settle().catch(() => {});
    else this.leaseAhead();
  }

  /** Names the day or month that the last grant is of. */
  get period(): string {
    return this.current;
  }

  /** Tells how much is left in all, and for how many milliseconds more the period lasts. */
  remaining(): { remaining: number; untilMs: number } {
    const untilMs = this.endsMs - this.clock.monotonicMs();
    return { remaining: untilMs > 0 ? Math.max(0, this.held + this.left) : 0, untilMs: Math.max(0, untilMs) };
  }

  /** Gives up what was not used for `idleMs`, to be returned to tokens; null where there is nothing of the kind. */
  surrender(idleMs: number): { period: string; amount: number } | null {
    const nowMs = this.clock.monotonicMs();
    if (this.held <= 0 || this.leasing || nowMs - this.usedMs < idleMs || nowMs >= this.endsMs) return null;
    const amount = this.held;
    this.held = 0;
    this.left += amount;
    this.chunk = this.sizes.first;
    return { period: this.current, amount };
  }

  /** Takes back what could not be returned, or was taken and not used. */
  keep({ period, amount }: { period: string; amount: number }): void {
    if (period === this.current) this.held += amount;
  }

  private use(needed: number, taken: number): boolean | Promise<boolean> {
    const nowMs = this.clock.monotonicMs();
    this.usedMs = nowMs;
    if (nowMs >= this.endsMs) this.held = 0;
    if (this.held >= needed) {
      this.held -= taken;
      this.leaseAhead();
      return true;
    }
    const refused = nowMs < this.endsMs && nowMs - this.knownMs < REFUSAL_MS && this.held + this.left < needed;
    return refused ? false : this.takeLater(needed, taken);
  }

  /** Waits for grants until enough is held, or until what is left is known to be too little. */
  private async takeLater(needed: number, taken: number): Promise<boolean> {
    for (;;) {
      await this.lease(needed - this.held);
      if (this.held >= needed) {
        this.held -= taken;
        return true;
      }
      if (this.held + this.left < needed) return false;
    }
  }

  private leaseAhead(): void {
    if (this.held < this.granted / 2 && this.left > 0) this.lease(1).catch(() => {});
  }

  /** Takes what is owed, as far as it is there: the other gateways find that much less. */
  private async settle(): Promise<void> {
    do await this.lease(Math.min(-this.held, this.left));
    while (this.held < 0 && this.left > 0);
  }

  /** Asks once at a time; callers that come meanwhile wait for the same answer. */
  private lease(atLeast: number): Promise<void> {
    this.leasing ??= this.askFor(Math.max(1, atLeast)).finally(() => {
      this.leasing = null;
    });
    return this.leasing;
  }

  private async askFor(atLeast: number): Promise<void> {
    const askedMs = this.clock.monotonicMs();
    const lastedMs = askedMs - this.knownMs;
    if (lastedMs < SHORT_MS) this.chunk = Math.min(this.sizes.most, this.chunk * 2);
    else if (lastedMs > LONG_MS) this.chunk = Math.max(this.sizes.first, Math.ceil(this.chunk / 2));
    const { granted, left, period, remainingMs } = await this.ask(Math.max(this.chunk, atLeast), atLeast);
    if (period !== this.current) this.held = 0;
    this.held += granted;
    this.granted = granted;
    this.left = left;
    this.current = period;
    this.knownMs = this.clock.monotonicMs();
    // Counted from before the question, so that a grant never outlives its period.
    this.endsMs = askedMs + remainingMs;
  }
}
