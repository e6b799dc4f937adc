import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { ServiceError } from '@sluice/messaging/service-error';
import type { Clock } from '@sluice/runtime/clock';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';

/** Longest time that a verdict may outlive the last proof that it is current, whatever fails (T_hard). */
export const LEASE_MS = 5_000;
/** Longest use of a verdict, even while the heartbeats vouch for it. */
export const VERDICT_TTL_MS = 30_000;
const REFUSAL_TTL_MS = 1_000;
/** Longer than any verification may take plus the lease. */
const TOMBSTONE_TTL_MS = 10_000;
const MAX_ENTRIES = 50_000;
const lookups = new CountedLookups('sluice_verdict_cache_total', 'Good verdicts that were at hand, or asked for');

/** The members of every verdict that its proof needs: how long it holds at most, and which changes it knows of. */
export type Provable = Pick<Verdict, 'remainingMs' | 'asOf'>;

interface Entry<V> {
  /** Null: the secret is refused. */
  outcome: V | null;
  untilMs: number;
}

/** Asks the owner of the truth; null refuses, a throw means that nobody could tell. */
export type Verify<V extends Provable = Verdict> = (secretHash: string) => Promise<V | null>;

/**
 * Keeps verdicts for as long as they are proven. Every change has a number; events tell it at once, heartbeats carry the
 * last one, and a gap between them empties the cache. A verdict counts only under a lease that a current heartbeat renews,
 * so a gateway that is cut off stops trusting its verdicts within 5 s. A question that was asked before a change and
 * answered after it is asked again.
 */
export class VerdictCache<V extends Provable = Verdict> {
  private readonly entries: LRUCache<string, Entry<V>>;
  private readonly tombstones: LRUCache<string, number>;
  private readonly asking = new SingleFlight<V | null>();
  private applied = 0;
  private generation = 0;
  /** The last change that concerned any secret: verdicts that do not know of it are asked for again. */
  private voidBelow = 0;
  private leaseUntilMs = 0;
  private beatMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly verify: Verify<V>,
    private readonly clock: Clock,
    max = MAX_ENTRIES,
  ) {
    this.entries = new LRUCache({ max });
    this.tombstones = new LRUCache({
      max,
      ttl: TOMBSTONE_TTL_MS,
      perf: { now: () => clock.monotonicMs() },
    });
  }

  /** Finds the good verdict on a secret that is at hand and counts. */
  find(secretHash: string): V | undefined {
    const entry = this.entries.get(secretHash);
    const now = this.clock.monotonicMs();
    if (!entry?.outcome || now >= entry.untilMs || now >= this.leaseUntilMs) return undefined;
    lookups.count(true);
    return entry.outcome;
  }

  /** Gives the verdict on a secret, or null when it is refused. Throws `unavailable` when nobody can tell. */
  async check(secretHash: string): Promise<V | null> {
    const entry = this.entries.get(secretHash);
    const now = this.clock.monotonicMs();
    if (entry && now < entry.untilMs && now < this.leaseUntilMs) return entry.outcome;
    return this.asking.run(secretHash, () => this.ask(secretHash));
  }

  /** Forgets the secrets of one token, of which a change was announced. */
  applyChange(rev: number, ...secretHashes: string[]): void {
    for (const secretHash of secretHashes) {
      this.tombstones.set(secretHash, Math.max(rev, this.tombstones.get(secretHash) ?? 0));
      this.entries.delete(secretHash);
      this.asking.forget(secretHash);
    }
    if (rev > this.applied + 1) this.flush(rev);
    else this.applied = Math.max(this.applied, rev);
  }

  /** Forgets everything: a change was announced that may concern any secret. */
  applyChangeOfAny(rev: number): void {
    this.voidBelow = Math.max(rev, this.voidBelow);
    if (rev > this.applied) this.flush(rev);
  }

  /** Renews the lease by a heartbeat with the number of the last change; it was sent after `provenMs`. */
  renew(rev: number, provenMs: number): void {
    if (rev > this.applied) this.flush(rev);
    if (rev !== this.applied) return;
    this.beatMs = Math.max(this.beatMs, provenMs);
    this.leaseUntilMs = Math.max(this.leaseUntilMs, provenMs + LEASE_MS);
  }

  /** Ends the lease: after a reconnect nothing counts until a heartbeat shows what was missed. */
  suspend(): void {
    this.leaseUntilMs = 0;
    this.generation++;
    this.asking.forgetAll();
  }

  /** Tells the time since the last heartbeat that vouched for the verdicts here. */
  beatAgeMs(): number {
    return this.clock.monotonicMs() - this.beatMs;
  }

  /** Tells whether verdicts are vouched for at this moment. */
  isLeased(): boolean {
    return this.clock.monotonicMs() < this.leaseUntilMs;
  }

  /** Tells the number of the last change that counts here. */
  rev(): number {
    return this.applied;
  }

  private flush(rev: number): void {
    this.generation++;
    this.entries.clear();
    this.asking.forgetAll();
    this.applied = rev;
  }

  private async ask(secretHash: string): Promise<V | null> {
    lookups.count(false);
    for (let attempt = 0; attempt < 2; attempt++) {
      const generation = this.generation;
      const askedMs = this.clock.monotonicMs();
      const outcome = await this.verify(secretHash);
      if (outcome && !this.holds(secretHash, outcome, askedMs)) continue;
      if (generation === this.generation) this.keep(secretHash, outcome, askedMs);
      return outcome;
    }
    throw new ServiceError('unavailable', 'the token changes faster than it can be verified');
  }

  /** A reply may have been long on its way: the token changed since, or expired, or nothing of this age counts. */
  private holds(secretHash: string, { asOf, remainingMs }: V, askedMs: number): boolean {
    const changedAt = Math.max(this.tombstones.get(secretHash) ?? 0, this.voidBelow);
    return changedAt <= asOf && this.clock.monotonicMs() - askedMs < Math.min(LEASE_MS, remainingMs ?? LEASE_MS);
  }

  /** Times count from the question: how long the reply took is not known to whoever wrote it. */
  private keep(secretHash: string, outcome: V | null, askedMs: number): void {
    const ttlMs = outcome ? Math.min(VERDICT_TTL_MS, outcome.remainingMs ?? VERDICT_TTL_MS) : REFUSAL_TTL_MS;
    this.entries.set(secretHash, { outcome, untilMs: askedMs + ttlMs });
  }
}
