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
  private readonly stored = new Map<string, Route>(IDS.map((id) => [id, routeOf(id, 0)]));
  private readonly deleted = new Set<string>();
  /** The newest change of each API that this gateway was told of. */
  private readonly told = new Map<string, { revision: number; gone: boolean }>();
  lookedAfterTold = 0;
  readsBegun = 0;

  constructor(private readonly scheduler: fc.Scheduler) {
    const services = {
      request: (_contract: typeof listRoutes, { cursor }: RequestInput<typeof listRoutes>) => this.read(cursor ?? ''),
    } as unknown as Services;
    const clock = { monotonicMs: () => 0, wallMs: () => 0 };
    this.routes = new Routes(services, clock, new Readiness());
  }

  private step(label: string): Promise<unknown> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }

  /** As registry does it: the number first, then the page; each takes its time. */
  private async read(after: string) {
    this.readsBegun++;
    await this.step('read arrives');
    const { rev } = this;
    await this.step('page is read');
    const page = [...this.stored.values()]
      .filter(({ slug }) => slug > after)
      .sort((a, b) => a.slug.localeCompare(b.slug))
      .slice(0, PAGE);
    await this.step('page replies');
    return { rev, routes: page, nextCursor: page.length === PAGE ? page.at(-1)?.slug : null };
  }

  /** A durable write, its number, its event: lost, once or twice. */
  async change(id: string, gone: boolean, copies: number): Promise<void> {
    await this.step('write');
    if (this.deleted.has(id)) return;
    const revision = (this.stored.get(id)?.revision ?? 0) + 1;
    const route = gone ? null : routeOf(id, revision);
    if (route) this.stored.set(id, route);
    else this.stored.delete(id);
    if (gone) this.deleted.add(id);
    const rev = ++this.rev;
    const { apiId } = routeOf(id, revision);
    await Promise.all(
      Array.from({ length: copies }, async () => {
        await this.step('event');
        this.routes.changed({ rev, apiId, route });
        if (revision > (this.told.get(id)?.revision ?? 0)) this.told.set(id, { revision, gone });
      }),
    );
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
