import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  assignToken,
  createApi,
  deleteApi,
  setApiActive,
  unassignToken,
  updateApi,
} from '@sluice/contracts/registry/apis';
import { listRoutes } from '@sluice/contracts/registry/routes';
import { RegistryConfig } from '../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../apps/registry/src/registry.module';
import { seeds } from '../measure/seeds';
import { addDataset, addToken, startNeighbours } from './neighbours';
import { randomFrom, useRestoredService } from './restored-service';

const DRILLS = 200;
const STEPS = 14;

/** What the model of a drill knows of an API. */
interface Opened {
  isActive: boolean;
  tokenIds: Set<string>;
}

describe('a registry database that comes back older', () => {
  const service = useRestoredService('registry', (env) => RegistryModule.with(RegistryConfig.parse(env)));
  let neighbours: NestFastifyApplication;
  let fenced = 0;
  let opened = 0;
  beforeAll(async () => {
    neighbours = await startNeighbours(service.natsUrl);
  });
  afterAll(() => neighbours?.close());

  const request: typeof service.caller.services.request = (...args) => service.caller.services.request(...args);
  const create = (name: string) => request(createApi, { name, datasetId: addDataset(), active: true });

  /** Lists who is let in where, `api token`, as gateways read it; nobody behind the fence. */
  const letIn = async (): Promise<string[]> => {
    const routes = await request(listRoutes, {}).then(
      (page) => page.routes,
      () => [],
    );
    return routes.flatMap(({ apiId, active, tokenIds }) => (active ? tokenIds.map((id) => `${apiId} ${id}`) : []));
  };

  test('tells gateways nothing before what was closed is merged', async () => {
    await service.fresh();
    const { id } = await create('Closed');
    const tokenId = addToken();
    await request(assignToken, { apiId: id, tokenId });
    const backup = await service.dump();
    expect(await letIn()).toEqual([`${id} ${tokenId}`]);
    await request(setApiActive, { apiId: id, active: false });
    expect(await service.restore(backup)).toBe(true);
    await expect(request(listRoutes, {})).rejects.toMatchObject({ code: 'restored_older' });
    await service.stop();
    expect(await service.merge()).toEqual({ lost: 1, applied: 1 });
    await service.start();
    expect({ fence: service.fence, letIn: await letIn() }).toEqual({ fence: null, letIn: [] });
  });

  test('lists no API again whose publisher took it off the list', async () => {
    await service.fresh();
    const { id, revision } = await create('Withdrawn');
    const { revision: listed } = await request(updateApi, { apiId: id, revision, listed: true });
    const backup = await service.dump();
    await request(updateApi, { apiId: id, revision: listed, listed: false });
    expect(await service.restore(backup)).toBe(true);
    await service.stop();
    await service.merge();
    await service.start();
    const { routes } = await request(listRoutes, {});
    expect(routes.map((route) => [route.apiId, route.active, route.listed])).toEqual([[id, true, false]]);
  });

  test.each(Array.from({ length: seeds(DRILLS) }, (_, seed) => seed))(
    'lets no token in where it was unassigned, or the API closed or deleted, after the backup, in any order of events (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
      await service.fresh();
      const tokens = Array.from({ length: 3 }, () => addToken());
      const apis = new Map<string, Opened>();
      let backup = await service.dump();
      const act = async (step: number) => {
        const [apiId, api] = pick([...apis]) ?? [];
        const tokenId = pick(tokens) ?? '';
        const chance = random();
        if (!apiId || !api || chance < 0.15) {
          const { id } = await create(`API ${step}`);
          apis.set(id, { isActive: true, tokenIds: new Set() });
        } else if (chance < 0.45) {
          await request(assignToken, { apiId, tokenId });
          api.tokenIds.add(tokenId);
        } else if (chance < 0.6) {
          await request(unassignToken, { apiId, tokenId });
          api.tokenIds.delete(tokenId);
        } else if (chance < 0.8) {
          api.isActive = !api.isActive;
          await request(setApiActive, { apiId, active: api.isActive });
        } else if (chance < 0.87) {
          await request(deleteApi, { apiId });
          apis.delete(apiId);
        } else backup = await service.dump();
      };
      for (let step = 0; step < STEPS; step++) await act(step);
      const open = [...apis].flatMap(([apiId, { isActive, tokenIds }]) =>
        isActive ? [...tokenIds].map((tokenId) => `${apiId} ${tokenId}`) : [],
      );
      expect((await letIn()).sort()).toEqual(open.toSorted());
      const closedAmong = async () => (await letIn()).filter((each) => !open.includes(each));

      if (random() < 0.5) await service.compact();
      const isFenced = await service.restore(backup);
      fenced += isFenced ? 1 : 0;
      // Behind the fence nobody is let in; without one, the backup lacked nothing that was closed.
      expect(await closedAmong()).toEqual([]);
      if (isFenced) {
        expect(await letIn()).toEqual([]);
        await service.stop();
        await service.merge();
        await service.start();
      }
      expect({ fence: service.fence, closed: await closedAmong() }).toEqual({ fence: null, closed: [] });
      opened += (await letIn()).length;
      // What goes on from there is counted on.
      const { id } = await create('After');
      await request(assignToken, { apiId: id, tokenId: tokens[0] ?? '' });
      await request(unassignToken, { apiId: id, tokenId: tokens[0] ?? '' });
      await service.stop();
      await service.start();
      expect({ fence: service.fence, closed: await closedAmong() }).toEqual({ fence: null, closed: [] });
    },
  );

  test('was older in most of these drills, and let in again what was open in some', () => {
    expect(fenced).toBeGreaterThan(seeds(DRILLS) / 4);
    expect(opened).toBeGreaterThan(seeds(DRILLS) / 8);
  });
});
