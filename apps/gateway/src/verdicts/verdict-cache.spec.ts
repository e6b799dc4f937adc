import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { ServiceError } from '@sluice/messaging/service-error';
import { LEASE_MS, VERDICT_TTL_MS, VerdictCache } from './verdict-cache';

const ID = 'tok_01k5x6v4q3m8n2r7t9w1y0z5ab';
const HASH = 'a'.repeat(64);

/** A tokens service in miniature: one token, one counter, replies that can be held back. */
class Truth {
  rev = 0;
  revoked = false;
  asked = 0;
  remainingMs: number | null = null;
  private held: (() => void)[] | null = null;

  readonly verify = async (): Promise<Verdict | null> => {
    this.asked++;
    const answer = this.revoked ? null : { id: ID, remainingMs: this.remainingMs, asOf: this.rev };
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    return answer;
  };

  hold(): void {
    this.held = [];
  }

  release(): void {
    for (const resolve of this.held ?? []) resolve();
    this.held = null;
  }

  revoke(): number {
    this.revoked = true;
    return ++this.rev;
  }
}

function setUp() {
  const truth = new Truth();
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => clock.now };
  const cache = new VerdictCache(truth.verify, clock);
  cache.renew(0, clock.now);
  return { truth, clock, cache };
}

describe('a change that may concern any secret', () => {
  it('voids what is known, and what was known before it does not come back with an older one', async () => {
    const { truth, cache } = setUp();
    await cache.check(HASH);
    cache.applyChangeOfAny(truth.revoke());
    expect(await cache.check(HASH)).toBeNull();
    cache.applyChangeOfAny(0);
    expect(await cache.check(HASH)).toBeNull();
    expect(truth.asked).toBe(2);
  });

  it('makes a verification that was under way be repeated', async () => {
    const { truth, cache } = setUp();
    truth.hold();
    const checking = cache.check(HASH);
    cache.applyChangeOfAny(truth.revoke());
    truth.release();
    expect(await checking).toBeNull();
  });
});

describe('a cached verdict', () => {
  it('is asked for once while heartbeats vouch for it', async () => {
    const { truth, cache, clock } = setUp();
    for (let i = 0; i < 10; i++) {
      expect(await cache.check(HASH)).toMatchObject({ id: ID });
      clock.now += 500;
      cache.renew(0, clock.now);
    }
    expect(truth.asked).toBe(1);
  });

  it('is not used once the lease has run out', async () => {
    const { truth, cache, clock } = setUp();
    await cache.check(HASH);
    clock.now += LEASE_MS;
    expect(cache.isLeased()).toBe(false);
    await cache.check(HASH);
    expect(truth.asked).toBe(2);
  });

  it('lives no longer than its longest time, whatever the heartbeats say', async () => {
    const { truth, cache, clock } = setUp();
    await cache.check(HASH);
    for (; clock.now < VERDICT_TTL_MS; clock.now += 500) cache.renew(0, clock.now);
    await cache.check(HASH);
    expect(truth.asked).toBe(2);
  });

  it('ends when the token expires, by the monotonic clock', async () => {
    const { truth, cache, clock } = setUp();
    truth.remainingMs = 800;
    await cache.check(HASH);
    clock.now += 799;
    await cache.check(HASH);
    expect(truth.asked).toBe(1);
    clock.now += 1;
    await cache.check(HASH);
    expect(truth.asked).toBe(2);
  });

  it('is gone with the event of a revocation', async () => {
    const { truth, cache } = setUp();
    await cache.check(HASH);
    cache.applyChange(truth.revoke(), HASH);
    expect(await cache.check(HASH)).toBeNull();
  });

  it('is gone with the first heartbeat after a lost event', async () => {
    const { truth, cache, clock } = setUp();
    await cache.check(HASH);
    cache.renew(truth.revoke(), clock.now);
    expect(await cache.check(HASH)).toBeNull();
  });

  it('is not used between a reconnect and the next heartbeat', async () => {
    const { truth, cache } = setUp();
    await cache.check(HASH);
    cache.suspend();
    await cache.check(HASH);
    expect(truth.asked).toBe(2);
  });

  it('never comes from an answer that is older than a revocation seen meanwhile', async () => {
    const { truth, cache } = setUp();
    truth.hold();
    const early = cache.check(HASH);
    cache.applyChange(truth.revoke(), HASH);
    truth.release();
    expect(await early).toBeNull();
    expect(await cache.check(HASH)).toBeNull();
  });

  it('is not kept when everything was thrown away while it was being asked for', async () => {
    const { truth, cache, clock } = setUp();
    truth.hold();
    const early = cache.check(HASH);
    cache.renew(truth.revoke(), clock.now);
    truth.release();
    await early;
    expect(await cache.check(HASH)).toBeNull();
  });

  it('ends on time when its reply was long on the way', async () => {
    const { truth, cache, clock } = setUp();
    truth.remainingMs = 800;
    truth.hold();
    const slow = cache.check(HASH);
    clock.now += 700;
    truth.release();
    await slow;
    clock.now += 100;
    await cache.check(HASH);
    expect(truth.asked).toBe(2);
  });

  it('never comes from a reply that took longer than the token was still good for', async () => {
    const { truth, cache, clock } = setUp();
    truth.remainingMs = 800;
    truth.hold();
    const slow = cache.check(HASH);
    truth.revoked = true;
    clock.now += 800;
    truth.release();
    expect(await slow).toBeNull();
  });

  it('is not vouched for by a heartbeat that waited on its way', async () => {
    const { cache, clock } = setUp();
    await cache.check(HASH);
    clock.now += 20_000;
    cache.renew(0, 4_000);
    expect(cache.find(HASH)).toBeUndefined();
    cache.renew(0, clock.now);
    expect(cache.find(HASH)).toMatchObject({ id: ID });
  });

  it('is asked for again after a reconnect, not taken from a question before it', async () => {
    const { truth, cache } = setUp();
    truth.hold();
    void cache.check(HASH);
    truth.revoke();
    cache.suspend();
    const after = cache.check(HASH);
    truth.release();
    expect(await after).toBeNull();
  });

  it('of a refusal lives for a second at most', async () => {
    const { truth, cache, clock } = setUp();
    truth.revoked = true;
    expect(await cache.check(HASH)).toBeNull();
    truth.revoked = false;
    clock.now += 1_000;
    expect(await cache.check(HASH)).toMatchObject({ id: ID });
  });

  it('is asked for once by any number of callers at a time', async () => {
    const { truth, cache } = setUp();
    await Promise.all(Array.from({ length: 500 }, () => cache.check(HASH)));
    expect(truth.asked).toBe(1);
  });

  it('is neither given nor denied when nobody can tell', async () => {
    const clock = { monotonicMs: () => 0, wallMs: () => 0 };
    const cache = new VerdictCache(() => Promise.reject(new ServiceError('unavailable')), clock);
    await expect(cache.check(HASH)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
