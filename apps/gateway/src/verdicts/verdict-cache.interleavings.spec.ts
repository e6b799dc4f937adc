import type { Verdict } from '@sluice/contracts/tokens/tokens';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { LEASE_MS, VerdictCache } from './verdict-cache';

const RUNS = seeds(1_000);
const HASHES = ['a'.repeat(64), 'b'.repeat(64)] as const;
const ID = 'tok_01k5x6v4q3m8n2r7t9w1y0z5ab';

interface Model {
  good: boolean;
  expiresMs: number;
  /** Counts the changes that were written: an answer is judged only if none came in between. */
  epoch: number;
  /** The number and the time of the last acknowledged end; null while none counts. */
  ended: { rev: number; ackMs: number } | null;
}

/** The tokens service and the way to it, every step of which may come before or after any other. */
class World {
  readonly clock = { now: 0, monotonicMs: () => this.clock.now, wallMs: () => this.clock.now };
  readonly cache: VerdictCache;
  readonly tokens = new Map<string, Model>(
    HASHES.map((hash) => [hash, { good: true, expiresMs: Number.POSITIVE_INFINITY, epoch: 0, ended: null }]),
  );
  private rev = 0;
  private readonly heard = new Set<number>();
  private beatRev = 0;
  good = 0;
  refused = 0;

  constructor(
    private readonly scheduler: fc.Scheduler,
    expiresMs: number,
  ) {
    this.cache = new VerdictCache((hash) => this.verify(hash), this.clock, HASHES.length);
    this.cache.renew(0, 0);
    this.token(HASHES[1]).expiresMs = expiresMs;
  }

  private step(label: string): Promise<unknown> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }

  private token(hash: string): Model {
    const token = this.tokens.get(hash);
    if (!token) throw new Error('no such token');
    return token;
  }

  /** As the service does it: the number first, then the document; each read and the reply take their time. */
  private async verify(hash: string): Promise<Verdict | null> {
    await this.step('verify arrives');
    const asOf = this.rev;
    await this.step('verify reads');
    const token = this.token(hash);
    const left = token.expiresMs - this.clock.now;
    const verdict = token.good && left > 0 ? { id: ID, remainingMs: Number.isFinite(left) ? left : null, asOf } : null;
    await this.step('verify replies');
    return verdict;
  }

  /** A durable write, its number, its event (lost, once or twice), the acknowledgement. */
  async change(hash: string, good: boolean, copies: number): Promise<void> {
    await this.step('write');
    const token = this.token(hash);
    token.good = good;
    token.ended = null;
    const epoch = ++token.epoch;
    await this.step('count');
    const rev = ++this.rev;
    const delivered = Array.from({ length: copies }, async () => {
      await this.step('event');
      this.heard.add(rev);
      this.cache.applyChange(rev, hash);
    });
    await this.step('acknowledge');
    if (!good && token.epoch === epoch) token.ended = { rev, ackMs: this.clock.now };
    await Promise.all(delivered);
  }

  async beat(): Promise<void> {
    await this.step('beat reads');
    const [rev, sentMs] = [this.rev, this.clock.now];
    await this.step('beat');
    this.beatRev = Math.max(this.beatRev, rev);
    this.cache.renew(rev, sentMs);
  }

  async reconnect(): Promise<void> {
    await this.step('reconnect');
    this.cache.suspend();
  }

  async pass(ms: number): Promise<void> {
    await this.step('time');
    this.clock.now += ms;
  }

  private async ask(hash: string): Promise<void> {
    await this.step('ask');
    const token = this.token(hash);
    const { epoch } = token;
    const isOver = this.isOver(token);
    const verdict = await this.cache.check(hash).catch(() => null);
    if (verdict) this.good++;
    if (!isOver || token.epoch !== epoch) return;
    this.refused++;
    if (verdict) throw new Error('a good answer after the end was acknowledged and known');
  }

  async askAgainAndAgain(hash: string): Promise<void> {
    for (let times = 0; times < 3; times++) await this.ask(hash);
  }

  /** Whether a question that begins now has to be refused. */
  private isOver({ ended, expiresMs }: Model): boolean {
    if (this.clock.now >= expiresMs) return true;
    if (!ended) return false;
    return this.heard.has(ended.rev) || this.beatRev >= ended.rev || this.clock.now >= ended.ackMs + LEASE_MS;
  }
}

const hash = fc.constantFrom(...HASHES);
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), hash }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('end' as const), hash, copies: fc.integer({ min: 0, max: 2 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restore' as const), hash, copies: fc.integer({ min: 0, max: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('beat' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 6_000 }) }) },
);

it(`no good answer begins after the end of a token was acknowledged and heard of, in ${RUNS} interleavings`, async () => {
  const seen = { good: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(command, { minLength: 8, maxLength: 16 }),
      fc.integer({ min: 1, max: 20_000 }),
      async (order, commands, expiresMs) => {
        const world = new World(order, expiresMs);
        const running = commands.map((each) => {
          if (each.kind === 'ask') return world.askAgainAndAgain(each.hash);
          if (each.kind === 'end') return world.change(each.hash, false, each.copies);
          if (each.kind === 'restore') return world.change(each.hash, true, each.copies);
          if (each.kind === 'beat') return world.beat();
          return each.kind === 'pass' ? world.pass(each.ms) : world.reconnect();
        });
        await order.waitFor(Promise.all(running));
        seen.good += world.good;
        seen.refused += world.refused;
      },
    ),
    { numRuns: RUNS },
  );
  expect(seen.good).toBeGreaterThan(RUNS / 4);
  expect(seen.refused).toBeGreaterThan(RUNS / 4);
}, 120_000);
