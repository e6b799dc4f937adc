import type { RequestInput } from '@sluice/contracts/contract';
import type { listRoutes, Route } from '@sluice/contracts/registry/routes';
import type { Services } from '@sluice/messaging/services';
import { Readiness } from '@sluice/runtime/readiness';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { Routes } from './route-feed';
import { routeOf } from './route-of-a-test';

const RUNS = seeds(1_000);
const IDS = ['a', 'b', 'c'] as const;
const PAGE = 2;

/** The registry and the way to it, every step of which may come before or after any other. */
class World {
  readonly routes: Routes;
  private rev = 0;
  /** The number of registry's last start. */
  private restarted = 0;
  private readonly stored = new Map<string, Route>(IDS.map((id) => [id, routeOf(id, 0)]));
  /** The number of the last counted change of each, and how many are not counted yet. */
  private readonly counted = new Map<string, number>();
  private readonly pending = new Map<string, number>();
  private readonly deleted = new Set<string>();
  /** The newest change of each API that this gateway was told of. */
  private readonly told = new Map<string, { revision: number; gone: boolean }>();
  lookedAfterTold = 0;
  readsBegun = 0;

  constructor(private readonly scheduler: fc.Scheduler) {
    const services = {
      request: (_contract: typeof listRoutes, request: RequestInput<typeof listRoutes>) => this.read(request),
    } as unknown as Services;
    const clock = { monotonicMs: () => 0, wallMs: () => 0 };
    this.routes = new Routes(services, clock, new Readiness());
  }

  private step(label: string): Promise<unknown> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }

  /** As registry does it: the number first, then the page, then what is gone; each takes its time. */
  private async read({ cursor = '', since }: RequestInput<typeof listRoutes>) {
    this.readsBegun++;
    await this.step('read arrives');
    const { rev, restarted } = this;
    const whole = since === undefined || since < restarted;
    await this.step('page is read');
    const page = [...this.stored.values()]
      .filter(({ slug }) => slug > cursor && (whole || this.isChanged(slug, since)))
      .sort((a, b) => a.slug.localeCompare(b.slug))
      .slice(0, PAGE);
    await this.step('the removed are read');
    const isLast = page.length < PAGE;
    const removed = whole || !isLast ? [] : [...this.deleted].filter((id) => this.isChanged(id, since));
    await this.step('page replies');
    const ids = removed.map((id) => routeOf(id, 0).apiId);
    return { rev, whole, routes: page, removed: ids, fields: {}, nextCursor: isLast ? null : page.at(-1)?.slug };
  }

  private isChanged(id: string, since: number): boolean {
    return (this.counted.get(id) ?? 0) > since || (this.pending.get(id) ?? 0) > 0;
  }

  /** A durable write, its number, its event with the state of then: lost, once or twice. */
  async change(id: string, gone: boolean, copies: number): Promise<void> {
    await this.step('write');
    if (this.deleted.has(id)) return;
    const written = (this.stored.get(id)?.revision ?? 0) + 1;
    if (gone) {
      this.stored.delete(id);
      this.deleted.add(id);
    } else this.stored.set(id, routeOf(id, written));
    this.pending.set(id, (this.pending.get(id) ?? 0) + 1);
    await this.step('count');
    const rev = ++this.rev;
    await this.step('state is read');
    const route = this.stored.get(id) ?? null;
    const { apiId } = routeOf(id, written);
    const told = Array.from({ length: copies }, async () => {
      await this.step('event');
      this.routes.changed({ rev, apiId, route });
      // A later change, of which it may know already, has an event of its own.
      if (written > (this.told.get(id)?.revision ?? 0)) this.told.set(id, { revision: written, gone });
    });
    await this.step('mark goes');
    this.counted.set(id, Math.max(this.counted.get(id) ?? 0, rev));
    this.pending.set(id, (this.pending.get(id) ?? 0) - 1);
    await Promise.all(told);
  }

  async restart(): Promise<void> {
    await this.step('restart');
    this.restarted = ++this.rev;
  }

  async beat(): Promise<void> {
    await this.step('beat is read');
    const { rev } = this;
    await this.step('beat');
    this.routes.beat(rev);
  }

  async reconnect(): Promise<void> {
    await this.step('reconnect');
    this.routes.reload();
  }

  /** Nothing that this gateway was told of is forgotten again. */
  async lookAgainAndAgain(): Promise<void> {
    for (let times = 0; times < 3; times++) {
      await this.step('look');
      this.look();
    }
  }

  private look(): void {
    const table = this.routes.table();
    if (!table) return;
    for (const [id, { revision, gone }] of this.told) {
      const shown = table.findBySlug(id);
      this.lookedAfterTold++;
      if (shown && (gone || shown.revision < revision)) {
        throw new Error(`${id} is shown as revision ${shown.revision}, but ${gone ? 'its end' : revision} was told`);
      }
    }
  }

  /** After one more heartbeat, and all reads that it leads to, the table is registry's. */
  async settle(): Promise<void> {
    this.routes.beat(this.rev);
    for (let reads = -1; reads !== this.readsBegun; ) {
      reads = this.readsBegun;
      await this.scheduler.waitIdle();
    }
    const shown = IDS.map((id) => this.routes.table()?.findBySlug(id)?.revision ?? null);
    expect(shown).toEqual(IDS.map((id) => this.stored.get(id)?.revision ?? null));
    expect(this.routes.rev()).toBe(this.rev);
  }
}

const id = fc.constantFrom(...IDS);
const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      id,
      gone: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      copies: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('beat' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

it(`what a gateway was told of an API counts from then on, and all is level after a heartbeat, in ${RUNS} interleavings`, async () => {
  let looked = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(command, { minLength: 8, maxLength: 20 }), async (order, commands) => {
      const world = new World(order);
      world.routes.reload();
      const running = commands.map((each) => {
        if (each.kind === 'look') return world.lookAgainAndAgain();
        if (each.kind === 'change') return world.change(each.id, each.gone, each.copies);
        if (each.kind === 'restart') return world.restart();
        return each.kind === 'beat' ? world.beat() : world.reconnect();
      });
      await order.waitFor(Promise.all(running));
      await world.settle();
      looked += world.lookedAfterTold;
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(looked).toBeGreaterThan(RUNS / 4);
}, 120_000);
