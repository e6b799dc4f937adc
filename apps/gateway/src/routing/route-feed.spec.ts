import type { RequestInput } from '@sluice/contracts/contract';
import type { listRoutes, Route } from '@sluice/contracts/registry/routes';
import type { Services } from '@sluice/messaging/services';
import { Readiness } from '@sluice/runtime/readiness';
import { waitFor } from '../../../../test/support/wait-for';
import { Routes } from './route-feed';
import { routeOf as route } from './route-of-a-test';

/** A registry in miniature: what it holds now, and what was read of it, a page of two at a time. */
class Registry {
  rev = 0;
  restart = 0;
  reads = 0;
  /** How many routes were told in all. */
  told = 0;
  readonly routes = new Map<string, Route & { rev: number }>();
  readonly removed = new Map<string, number>();
  duringRead: () => void = () => {};

  put(next: Route): { rev: number; apiId: string; route: Route } {
    const rev = ++this.rev;
    this.routes.set(next.apiId, { ...next, rev });
    return { rev, apiId: next.apiId, route: next };
  }

  remove({ apiId }: Route): void {
    this.routes.delete(apiId);
    this.removed.set(apiId, ++this.rev);
  }

  readonly services = {
    request: async (_contract: typeof listRoutes, { cursor, since }: RequestInput<typeof listRoutes>) => {
      if (!cursor) this.reads++;
      const { rev } = this;
      const whole = since === undefined || since < this.restart;
      const after = whole ? -1 : since;
      const page = [...this.routes.values()]
        .filter(({ apiId, rev }) => rev > after && (!cursor || apiId > cursor))
        .sort((a, b) => a.apiId.localeCompare(b.apiId))
        .slice(0, 2);
      this.told += page.length;
      this.duringRead();
      const nextCursor = page.length === 2 ? page[1]?.apiId : null;
      const removed = whole ? [] : [...this.removed].flatMap(([apiId, rev]) => (rev > after ? [apiId] : []));
      return { rev, whole, routes: page, removed, fields: {}, nextCursor };
    },
  } as unknown as Services;
}

async function setUp(registry: Registry) {
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => 0 };
  const readiness = new Readiness();
  const routes = new Routes(registry.services, clock, readiness);
  expect(readiness.report().registry).toMatch('no route table');
  routes.reload();
  await waitFor('the first table', () => routes.table() !== null);
  expect(readiness.report().registry).toBeNull();
  return { routes, clock };
}

const isActive = (routes: Routes, path: string) => routes.table()?.find('any.example', path, 'GET')?.active;

describe('the route table', () => {
  it('is read in pages until the last', async () => {
    const registry = new Registry();
    for (const id of ['a', 'b', 'c', 'd', 'e']) registry.put(route(id, 1));
    const { routes } = await setUp(registry);
    for (const id of ['a', 'b', 'c', 'd', 'e']) expect(isActive(routes, id)).toBe(true);
  });

  it('follows the next change without reading again', async () => {
    const registry = new Registry();
    registry.put(route('a', 1));
    const { routes } = await setUp(registry);
    routes.changed(registry.put(route('a', 2, false)));
    expect(isActive(routes, 'a')).toBe(false);
    expect(registry.reads).toBe(1);
  });

  it('is read again when a change was lost, seen by the next change', async () => {
    const registry = new Registry();
    registry.put(route('a', 1));
    const { routes } = await setUp(registry);
    registry.put(route('a', 2, false));
    routes.changed(registry.put(route('b', 1)));
    await waitFor('the lost change', () => isActive(routes, 'a') === false);
    expect(isActive(routes, 'b')).toBe(true);
  });

  it('is read again when a change was lost, seen by a heartbeat', async () => {
    const registry = new Registry();
    registry.put(route('a', 1));
    const { routes } = await setUp(registry);
    registry.put(route('a', 2, false));
    routes.beat(registry.rev);
    await waitFor('the lost change', () => isActive(routes, 'a') === false);
  });

  it('reads no more than what changed since, also what is gone', async () => {
    const registry = new Registry();
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => route(id, 1));
    for (const each of all) registry.put(each);
    const { routes } = await setUp(registry);
    registry.remove(route('b', 1));
    registry.put(route('a', 2, false));
    routes.beat(registry.rev);
    await waitFor('the lost changes', () => isActive(routes, 'a') === false);
    expect(isActive(routes, 'b')).toBeUndefined();
    expect(registry.told).toBe(all.length + 1);
    routes.reload();
    await waitFor('one more read', () => registry.reads === 3);
    expect(registry.told).toBe(all.length + 1);
  });

  it('is read as a whole when registry was restarted, and when nothing was heard of it for an hour', async () => {
    const registry = new Registry();
    for (const id of ['a', 'b', 'c']) registry.put(route(id, 1));
    const { routes, clock } = await setUp(registry);
    registry.routes.delete(route('a', 1).apiId);
    registry.restart = ++registry.rev;
    routes.beat(registry.rev);
    await waitFor('the end of one', () => isActive(routes, 'a') === undefined);
    registry.routes.delete(route('b', 1).apiId);
    clock.now += 3_600_001;
    routes.beat(++registry.rev);
    await waitFor('the end of another', () => isActive(routes, 'b') === undefined);
    expect(isActive(routes, 'c')).toBe(true);
  });

  it('does not lose a change that falls between two pages and whose event is lost', async () => {
    const registry = new Registry();
    for (const id of ['a', 'b', 'c']) registry.put(route(id, 1));
    const { routes } = await setUp(registry);
    registry.duringRead = () => {
      registry.duringRead = () => {};
      registry.put(route('a', 2, false));
      routes.changed(registry.put(route('c', 2, false)));
    };
    routes.reload();
    await waitFor('the lost change', () => isActive(routes, 'a') === false);
    expect(isActive(routes, 'c')).toBe(false);
  });

  it('counts a change at once that is told while the table is being read again', async () => {
    const registry = new Registry();
    for (const id of ['a', 'b', 'c']) registry.put(route(id, 1));
    const { routes } = await setUp(registry);
    let seen: boolean | undefined;
    registry.duringRead = () => {
      registry.duringRead = () => {};
      routes.changed(registry.put(route('a', 2, false)));
      seen = isActive(routes, 'a');
    };
    routes.reload();
    await waitFor('the table', () => seen !== undefined);
    expect(seen).toBe(false);
  });

  it('ignores changes that it already holds, in whatever order they come', async () => {
    const registry = new Registry();
    registry.put(route('a', 1));
    const old = registry.put(route('a', 2, false));
    registry.put(route('a', 3));
    const { routes } = await setUp(registry);
    routes.changed(old);
    expect(isActive(routes, 'a')).toBe(true);
  });

  it('keeps serving while registry is silent, marked degraded', async () => {
    const registry = new Registry();
    registry.put(route('a', 1));
    const { routes, clock } = await setUp(registry);
    routes.beat(registry.rev);
    expect(routes.isDegraded()).toBe(false);
    clock.now += 5_001;
    expect(routes.isDegraded()).toBe(true);
    expect(isActive(routes, 'a')).toBe(true);
  });

  it('finds an API for exactly this domain before one for any', async () => {
    const registry = new Registry();
    registry.put(route('a', 1));
    registry.put({ ...route('b', 1), path: 'a', domain: 'data.example' });
    const { routes } = await setUp(registry);
    expect(routes.table()?.find('data.example', 'a', 'GET')?.slug).toBe('b');
    expect(routes.table()?.find('other.example', 'a', 'GET')?.slug).toBe('a');
  });
});
