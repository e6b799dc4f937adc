import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue/catalogue-events';
import { contract, type PayloadOf, type RequestInput } from '@sluice/contracts/contract';
import { createApi, getApi, listApis } from '@sluice/contracts/registry/apis';
import { type Route, routeChanged } from '@sluice/contracts/registry/routes';
import { readRoutes } from '../../apps/gateway/src/routing/read-routes';
import { RegistryConfig } from '../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../apps/registry/src/registry.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';
import { addDataset, addVersion, field, removeDatasetAfter, startNeighbours } from './neighbours';

/** Many at once on a busy machine: what counts here is who wins, not how fast. */
const patientCreate = contract({ ...createApi, timeoutMs: 20_000 });

describe('APIs and the versions they serve, over two replicas', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let running: NestFastifyApplication[] = [];
  let changes: PayloadOf<typeof routeChanged>[];
  let dataRev = 0;

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    changes = await caller.listen(routeChanged);
    const config = RegistryConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    const module = RegistryModule.with(config);
    running = await Promise.all([startNeighbours(nats.url), startService(module), startService(module)]);
  });

  afterAll(async () => {
    await caller?.close();
    await Promise.all(running.map((app) => app.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  const create = (api: Omit<RequestInput<typeof createApi>, 'active'>) =>
    caller.services.request(patientCreate, { active: true, ...api });
  const publish = (datasetId: string, fields?: Route['fields']) => {
    const version = addVersion(datasetId, fields);
    caller.events.publish(versionPublished, {
      datasetId,
      versionId: version.id,
      number: version.number,
      dataRev: ++dataRev,
    });
    return version;
  };
  const routes = async (): Promise<Route[]> =>
    [...(await readRoutes(caller.services)).routes.values()].filter((route) => route !== null);
  const served = async (apiId: string) => (await routes()).find((route) => route.apiId === apiId)?.version;

  test('a published version reaches the APIs that follow, with its fields, and no pinned one', async () => {
    const datasetId = addDataset();
    const following = await create({ name: 'Following', datasetId });
    const pinned = await create({ name: 'Pinned', datasetId, version: 1 });
    const version = publish(datasetId, [field('region'), field('amount')]);
    const change = await waitFor('the move', () =>
      changes.find(({ apiId, route }) => apiId === following.id && route?.version === 2),
    );
    expect(change.route).toMatchObject({
      snapshot: { versionId: version.id, seq: 0 },
      fields: [{ name: 'region' }, { name: 'amount' }],
    });
    expect(await served(pinned.id)).toBe(1);
    const { revision } = await caller.services.request(getApi, { apiId: following.id });
    expect(revision).toBe(following.revision);
    expect(changes.filter(({ apiId, route }) => apiId === following.id && route?.version === 2)).toHaveLength(1);
  });

  test("a lost event is made up for when catalogue's heartbeat shows the gap", async () => {
    const datasetId = addDataset();
    const api = await create({ name: 'Gap', datasetId });
    addVersion(datasetId);
    dataRev++;
    caller.events.publish(catalogueHeartbeat, { rev: dataRev });
    await waitFor('the move', async () => (await served(api.id)) === 2);
  });

  test('an event that comes late never moves an API back', async () => {
    const datasetId = addDataset(2);
    const api = await create({ name: 'Forward', datasetId });
    const third = publish(datasetId);
    await waitFor('the move', async () => (await served(api.id)) === 3);
    const late = { datasetId, versionId: third.id, number: 2, dataRev: 1 };
    caller.events.publish(versionPublished, late);
    publish(datasetId);
    await waitFor('the next move', async () => (await served(api.id)) === 4);
    const versions = changes.filter(({ apiId }) => apiId === api.id).map(({ route }) => route?.version ?? 0);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  test('the first version of a dataset gives its APIs something to serve', async () => {
    const datasetId = addDataset(0);
    const api = await caller.services.request(patientCreate, { name: 'Waiting', datasetId });
    expect(await served(api.id)).toBeUndefined();
    publish(datasetId);
    await waitFor('the move', async () => (await served(api.id)) === 1);
  });

  test('an API over a dataset that is deleted while it is being created takes itself back', async () => {
    const datasetId = addDataset();
    removeDatasetAfter(datasetId, 1);
    await expect(create({ name: 'Too late', datasetId })).rejects.toMatchObject({
      code: 'invalid_request',
      faults: [{ pointer: '/datasetId', code: 'dataset_not_found', detail: 'The dataset was deleted meanwhile' }],
    });
    expect((await caller.services.request(listApis, { datasetId })).data).toEqual([]);
    expect((await routes()).filter((route) => route.datasetId === datasetId)).toEqual([]);
    await expect(create({ name: 'Too late', datasetId: addDataset() })).resolves.toMatchObject({ slug: 'too-late' });
  });

  test('a table larger than one message comes in pages that each fit', async () => {
    const datasetId = addDataset(0);
    publish(
      datasetId,
      Array.from({ length: 1_000 }, (_, i) => field(`field${i}`, 'a long label that a source had '.repeat(3))),
    );
    const wide = await Promise.all([1, 2, 3, 4, 5].map((i) => create({ name: `Wide ${i}`, datasetId })));
    const ids = (await routes()).map(({ apiId }) => apiId);
    expect(ids).toEqual(expect.arrayContaining(wide.map(({ id }) => id)));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
