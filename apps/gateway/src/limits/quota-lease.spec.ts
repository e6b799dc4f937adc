import { ServiceError } from '@sluice/messaging/service-error';
import { QuotaLease } from './quota-lease';

/** The owner of one quota in miniature: it grants at most a tenth of what is left, or what is needed at least. */
function setUp(limit: number) {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => clock.now };
  const owner = {
    left: limit,
    asked: 0,
    away: false,
    period: 'monday',
    endsMs: 60_000,
    held: null as Promise<void> | null,
  };
  const ask = async (amount: number, atLeast: number) => {
    owner.asked++;
    await owner.held;
    if (owner.away) throw new ServiceError('unavailable');
    const granted =
      owner.left < atLeast ? 0 : Math.min(owner.left, Math.max(atLeast, Math.min(amount, Math.ceil(owner.left / 10))));
    owner.left -= granted;
    return { granted, left: owner.left, period: owner.period, remainingMs: owner.endsMs - clock.now };
  };
  return { clock, owner, lease: new QuotaLease(ask, clock, { first: 10, most: 1_000 }) };
}

/** Whatever was asked meanwhile has been answered. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
}

describe('a leased quota', () => {
  it('is taken without a question while enough is held, and more is leased ahead', async () => {
    const { lease, owner } = setUp(10_000);
    expect(await lease.take(1)).toBe(true);
    for (let i = 0; i < 20; i++) {
      expect(lease.take(1)).toBe(true);
      await new Promise(setImmediate);
    }
    expect(owner.asked).toBeLessThan(5);
  });

  it('is used up to the last one and no further, by any number of callers at a time', async () => {
    const { lease, owner } = setUp(137);
    const taken = await Promise.all(Array.from({ length: 300 }, () => lease.take(1)));
    expect(taken.filter((good) => good)).toHaveLength(137);
    expect(owner.left).toBe(0);
  });

  it('that is used up costs one question a second at most', async () => {
    const { lease, owner, clock } = setUp(1);
    expect([await lease.take(1), await lease.take(1)]).toEqual([true, false]);
    const { asked } = owner;
    for (let i = 0; i < 50; i++) expect(lease.take(1)).toBe(false);
    expect(owner.asked).toBe(asked);
    owner.left = 5;
    clock.now += 1_000;
    expect(await lease.take(1)).toBe(true);
  });

  it('is taken whole or not at all', async () => {
    const { lease, owner } = setUp(100);
    expect(await lease.take(60)).toBe(true);
    expect(await lease.take(60)).toBe(false);
    expect(await lease.take(40)).toBe(true);
    expect(owner.left).toBe(0);
  });

  it('ends with its period, whatever is held', async () => {
    const { lease, owner, clock } = setUp(100);
    await lease.take(1);
    Object.assign(owner, { left: 3, period: 'tuesday', endsMs: 120_000 });
    clock.now = 60_000;
    const taken = await Promise.all(Array.from({ length: 10 }, () => lease.take(1)));
    expect(taken.filter((good) => good)).toHaveLength(3);
    expect(lease.surrender(0)).toBeNull();
  });

  it('is given back once it is idle, and kept where that did not work, except into another period', async () => {
    const { lease, owner, clock } = setUp(1_000);
    await lease.take(1);
    expect(lease.surrender(10_000)).toBeNull();
    clock.now += 10_000;
    const unused = lease.surrender(10_000);
    expect(unused).toEqual({ period: 'monday', amount: 1_000 - owner.left - 1 });
    expect(lease.surrender(0)).toBeNull();
    if (unused) lease.keep(unused);
    expect(lease.surrender(0)).toEqual(unused);
    lease.keep({ period: 'sunday', amount: 500 });
    expect(lease.surrender(0)).toBeNull();
  });

  it('that is spent beyond what is left is refused from then on, and what is owed is paid by the next grants', async () => {
    const { lease, owner, clock } = setUp(1_000);
    await lease.take(1);
    lease.spend(1_500);
    await settled();
    expect([owner.left, await lease.take(1), await lease.hasAny(), lease.surrender(0)]).toEqual([
      0,
      false,
      false,
      null,
    ]);
    expect(lease.remaining().remaining).toBe(0);
    owner.left = 502;
    clock.now += 1_000;
    expect([await lease.take(1), owner.left]).toEqual([true, 0]);
    expect(await lease.take(1)).toBe(false);
  });

  it('that is spent is taken from the owner at once, so that others find that much less', async () => {
    const { lease, owner } = setUp(1_000);
    await lease.take(1);
    lease.spend(400);
    await settled();
    expect(owner.left).toBeLessThanOrEqual(599);
    expect(owner.left + lease.remaining().remaining).toBeGreaterThanOrEqual(599);
  });

  it('owes nothing in a new period', async () => {
    const { lease, owner, clock } = setUp(10);
    await lease.take(1);
    lease.spend(1_000);
    await settled();
    Object.assign(owner, { left: 3, period: 'tuesday', endsMs: 120_000 });
    clock.now = 60_000;
    expect([await lease.take(3), await lease.take(1)]).toEqual([true, false]);
  });

  it('goes on while its owner is away, and fails only when it is used up', async () => {
    const { lease, owner } = setUp(1_000);
    await lease.take(1);
    owner.away = true;
    let good = 0;
    await expect(
      (async () => {
        for (;;) if (await lease.take(1)) good++;
      })(),
    ).rejects.toMatchObject({ code: 'unavailable' });
    expect(good).toBe(1_000 - owner.left - 1);
  });
});
