import fc from 'fast-check';
import { shareOut } from './rate-share';
import { SlidingCount } from './sliding-count';
import { TokenRate } from './token-rate';

const GATEWAYS = ['a', 'b', 'c'];
const TELL_MS = 100;
const LAG_MS = 10;

/**
 * Three gateways on one clock that tell each other every 100 ms, each at its own moment, and hear it 10 ms later. `load`
 * gives the requests per second of each at a time. The result is the time of every request that was let through.
 */
function run(
  limits: { requestsPerSecond: number; burst?: number },
  seconds: number,
  load: (second: number) => number[],
) {
  const whole = { burst: null, ...limits };
  const gateways = GATEWAYS.map((name) => ({ name, rate: new TokenRate(name), due: 0 }));
  const inFlight: { atMs: number; deliver: () => void }[] = [];
  const accepted: number[] = [];
  for (let nowMs = 0; nowMs < seconds * 1_000; nowMs++) {
    while (inFlight[0] && inFlight[0].atMs <= nowMs) inFlight.shift()?.deliver();
    gateways.forEach(({ name, rate }, index) => {
      if (nowMs % TELL_MS !== index * 31) return;
      const report = rate.report(nowMs);
      const others = gateways.filter((other) => other.name !== name);
      if (report)
        inFlight.push({
          atMs: nowMs + LAG_MS,
          deliver: () => {
            for (const other of others) other.rate.hear(name, report, nowMs + LAG_MS);
          },
        });
    });
    const rates = load(nowMs / 1_000);
    for (const [index, gateway] of gateways.entries()) {
      gateway.due += (rates[index] ?? 0) / 1_000;
      for (; gateway.due >= 1; gateway.due--)
        if (gateway.rate.take(whole, GATEWAYS, nowMs).allowed) accepted.push(nowMs);
    }
  }
  return accepted;
}

/** The most that was let through within any stretch of so many seconds. */
function most(accepted: readonly number[], seconds: number): number {
  let from = 0;
  return accepted.reduce((max, atMs, index) => {
    while ((accepted[from] ?? 0) <= atMs - seconds * 1_000) from++;
    return Math.max(max, index - from + 1);
  }, 0);
}

describe('the rate of a token over three gateways', () => {
  const loads: [string, (second: number) => number[]][] = [
    ['even', () => [300, 300, 300]],
    ['all on one', () => [900, 0, 0]],
    ['uneven', () => [600, 90, 10]],
    ['barely over the limit', () => [36, 36, 36]],
  ];

  it.each(loads)('is held in any second and used to nine tenths while the load is %s', (_name, load) => {
    const accepted = run({ requestsPerSecond: 100 }, 10, load);
    expect(most(accepted, 1)).toBeLessThanOrEqual(110);
    expect(accepted.length).toBeLessThanOrEqual(1_000 * 1.1);
    expect(accepted.length).toBeGreaterThanOrEqual(1_000 * 0.9);
  });

  it.each([1, 5])('is held over ten seconds while the load moves on every %i s', (every) => {
    const accepted = run({ requestsPerSecond: 100 }, 30, (second) => {
      return GATEWAYS.map((_, index) => (Math.floor(second / every) % 3 === index ? 500 : 0));
    });
    expect(most(accepted, 10)).toBeLessThanOrEqual(1_100);
    expect(accepted.length).toBeGreaterThanOrEqual(3_000 * (every === 1 ? 0.5 : 0.8));
  });

  it('lets a burst through at once, and no second one within its window', () => {
    const accepted = run({ requestsPerSecond: 10, burst: 100 }, 30, () => [200, 200, 200]);
    expect(most(accepted, 1)).toBeGreaterThanOrEqual(90);
    expect(most(accepted, 10)).toBeLessThanOrEqual(110);
    expect(accepted.length).toBeLessThanOrEqual(330);
  });

  it.each([1, 2, 5])('of %i a second is exceeded by no more than one request of each gateway', (requestsPerSecond) => {
    const accepted = run({ requestsPerSecond }, 10, () => [50, 50, 50]);
    expect(most(accepted, 1)).toBeLessThanOrEqual(requestsPerSecond + 3);
    expect(accepted.length).toBeLessThanOrEqual(10 * requestsPerSecond * 1.1 + 3);
    expect(accepted.length).toBeGreaterThanOrEqual(10 * requestsPerSecond * 0.8);
  });

  it('refuses nothing while it is not reached', () => {
    expect(run({ requestsPerSecond: 100 }, 10, () => [10, 60, 1])).toHaveLength(710);
  });

  it('is told ten times a second while its limit is near, and once a second while it is far', () => {
    const reportsWith = (requestsPerSecond: number, others: number) => {
      const rate = new TokenRate('a');
      let reports = 0;
      for (let nowMs = 0; nowMs < 10_000; nowMs += TELL_MS) {
        rate.hear('b', { demand: others, used: others }, nowMs);
        for (let came = 0; came < requestsPerSecond / 10; came++)
          rate.take({ requestsPerSecond: 1_000, burst: null }, GATEWAYS, nowMs);
        if (rate.report(nowMs)) reports++;
      }
      return reports;
    };
    expect(reportsWith(100, 100)).toBe(10);
    expect(reportsWith(100, 200)).toBe(100);
    expect(reportsWith(300, 0)).toBeGreaterThanOrEqual(99);
  });

  it('is known to the others as idle, and then told no more', () => {
    const rate = new TokenRate('a');
    rate.take({ requestsPerSecond: 1_000, burst: null }, GATEWAYS, 0);
    const reports = Array.from({ length: 100 }, (_, turn) => rate.report(turn * TELL_MS)).filter(
      (each) => each !== null,
    );
    expect(reports.at(-1)).toEqual({ demand: 0, used: 0 });
    expect([reports.length, rate.isIdle]).toEqual([3, true]);
  });

  it('is there for the others once a gateway is silent', () => {
    const limits = { requestsPerSecond: 90, burst: null };
    const rate = new TokenRate('a');
    rate.hear('b', { demand: 500, used: 45 }, 0);
    const take = (nowMs: number, live: string[]) => {
      let count = 0;
      while (rate.take(limits, live, nowMs).allowed) count++;
      return count;
    };
    expect(take(0, ['a', 'b'])).toBeLessThanOrEqual(45);
    rate.report(5_900);
    expect(take(6_000, ['a'])).toBe(90);
  });
});

describe('shares', () => {
  it('are whole, come to the limit, and give nobody less than it needs while there is enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 8 }),
        (limit, needs) => {
          const demands = new Map(needs.map((need, index) => [`g${index}`, need]));
          const shares = shareOut(limit, demands);
          expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBe(limit);
          expect([...shares.values()].every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
          const fair = Math.floor(limit / needs.length);
          for (const [name, need] of demands) expect(shares.get(name)).toBeGreaterThanOrEqual(Math.min(need, fair));
        },
      ),
    );
  });

  it('are the same whoever reckons, in whatever order it heard the demands', () => {
    const shares = shareOut(
      10,
      new Map([
        ['a', 7],
        ['b', 7],
        ['c', 7],
      ]),
    );
    expect(
      shareOut(
        10,
        new Map([
          ['c', 7],
          ['a', 7],
          ['b', 7],
        ]),
      ),
    ).toEqual(shares);
  });
});

describe('a sliding count', () => {
  it('is what happened within the window, or one slot longer', () => {
    const events = fc.array(fc.nat(400), { maxLength: 60 });
    fc.assert(
      fc.property(events, (gaps) => {
        const count = new SlidingCount(1_000);
        const times: number[] = [];
        let nowMs = 5_000;
        for (const gap of gaps) {
          nowMs += gap;
          count.add(nowMs);
          times.push(nowMs);
          const within = (ms: number) => times.filter((at) => at > nowMs - ms).length;
          expect(count.total(nowMs)).toBeGreaterThanOrEqual(within(1_000));
          expect(count.total(nowMs)).toBeLessThanOrEqual(within(1_021));
        }
        const freeMs = count.untilLessMs(nowMs);
        expect(count.total(nowMs + freeMs)).toBeLessThan(Math.max(1, count.total(nowMs) + 1));
      }),
    );
  });
});
