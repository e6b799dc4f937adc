import type { listSnapshots } from '@sluice/contracts/catalogue/catalogue-events';
import type { RequestOf } from '@sluice/contracts/contract';
import { openSettings } from '@sluice/contracts/registry/api-settings';
import type { Route } from '@sluice/contracts/registry/routes';
import { ServiceError } from '@sluice/messaging/service-error';
import type { Services } from '@sluice/messaging/services';
import { Snapshots } from './snapshots';

const versionId = `ver_${'0'.repeat(26)}`;
const route = (more: Partial<Route> = {}): Route => ({
  apiId: `api_${'0'.repeat(26)}`,
  slug: 'a',
  name: 'a',
  description: '',
  domain: null,
  path: 'a',
  method: 'GET',
  active: true,
  listed: false,
  tokenIds: [],
  datasetId: `ds_${'0'.repeat(26)}`,
  version: 1,
  firstCommit: 1,
  snapshot: { versionId, seq: 0 },
  pinned: false,
  modifiedAt: '2026-01-01T00:00:00.000Z',
  fields: [],
  settings: openSettings,
  revision: 1,
  ...more,
});

/** A catalogue in miniature: how far its one version is, and how often it was asked. */
class Catalogue {
  seq = 0;
  asked = 0;
  away = false;
  readonly services = {
    request: async (_contract: typeof listSnapshots, { versionIds }: RequestOf<typeof listSnapshots>) => {
      this.asked++;
      if (this.away) throw new ServiceError('unavailable');
      return { snapshots: versionIds.map((id) => ({ versionId: id, seq: this.seq })) };
    },
  } as unknown as Services;
}

function setUp() {
  const catalogue = new Catalogue();
  const clock = { now: 0, monotonicMs: () => clock.now, wallMs: () => 0 };
  const snapshots = new Snapshots(catalogue.services, clock);
  snapshots.beat([], false);
  const seqOf = async (of = route()) => (await snapshots.current(of)).snapshot.seq;
  return { catalogue, clock, snapshots, seqOf };
}

describe('how far a version is', () => {
  it('is asked once when it is met for the first time, however many ask', async () => {
    const { catalogue, seqOf } = setUp();
    catalogue.seq = 3;
    expect(await Promise.all([seqOf(), seqOf(), seqOf()])).toEqual([3, 3, 3]);
    expect(await seqOf()).toBe(3);
    expect(catalogue.asked).toBe(1);
  });

  it('goes up with every event, and never back', async () => {
    const { snapshots, seqOf } = setUp();
    await seqOf();
    snapshots.raise({ versionId, seq: 5 });
    snapshots.raise({ versionId, seq: 4 });
    expect(await seqOf()).toBe(5);
  });

  it('is mended by the next heartbeat when an event was lost', async () => {
    const { catalogue, snapshots, seqOf } = setUp();
    await seqOf();
    snapshots.beat([{ versionId, seq: 2 }], false);
    expect(await seqOf()).toBe(2);
    expect(catalogue.asked).toBe(1);
  });

  it.each([
    ['a heartbeat that could not tell all', (s: Snapshots) => s.beat([], true)],
    ['a reconnect', (s: Snapshots) => s.suspend()],
  ])('is asked for again after %s', async (_, happens) => {
    const { catalogue, clock, snapshots, seqOf } = setUp();
    await seqOf();
    catalogue.seq = 7;
    happens(snapshots);
    clock.now += 500;
    expect(await seqOf()).toBe(7);
    expect(catalogue.asked).toBe(2);
  });

  it('is asked for again after a long silence, during which commits may have been told', async () => {
    const { catalogue, clock, snapshots, seqOf } = setUp();
    await seqOf();
    catalogue.seq = 7;
    clock.now += 10_001;
    snapshots.beat([], false);
    expect(await seqOf()).toBe(7);
  });

  it('stays as it was while nobody can tell, and is not asked for with every request', async () => {
    const { catalogue, clock, seqOf } = setUp();
    catalogue.seq = 3;
    await seqOf();
    catalogue.away = true;
    clock.now += 2_000;
    for (let i = 0; i < 10; i++) expect(await seqOf()).toBe(3);
    expect(catalogue.asked).toBe(2);
  });

  it('is unknown while nobody could ever tell', async () => {
    const { catalogue, seqOf } = setUp();
    catalogue.away = true;
    await expect(seqOf()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is what the pin says for a pinned API', async () => {
    const { catalogue, snapshots, seqOf } = setUp();
    catalogue.seq = 9;
    snapshots.raise({ versionId, seq: 9 });
    expect(await seqOf(route({ pinned: true, snapshot: { versionId, seq: 2 } }))).toBe(2);
    expect(catalogue.asked).toBe(0);
  });

  it('is one and the same route until it moves, so that what is known of it is kept', async () => {
    const { snapshots } = setUp();
    const one = route();
    expect(await snapshots.current(one)).toBe(one);
    snapshots.raise({ versionId, seq: 1 });
    const next = await snapshots.current(one);
    expect(next).toMatchObject({ snapshot: { seq: 1 }, modifiedAt: null });
    expect(await snapshots.current(one)).toBe(next);
  });
});
