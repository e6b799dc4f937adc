import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PayloadOf } from '@sluice/contracts/contract';
import { createApi, listApis, setApiActive, unassignToken, updateApi } from '@sluice/contracts/registry/apis';
import { routeChanged } from '@sluice/contracts/registry/routes';
import { newId } from '@sluice/runtime/ids';
import { pendingChange } from '@sluice/storage/change-feed';
import { mongo } from 'mongoose';
import { RegistryConfig } from '../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../apps/registry/src/registry.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';
import { addDataset, startNeighbours } from './neighbours';

describe('the registry service when things go wrong', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let client: mongo.MongoClient;
  let caller: Caller;
  let registry: NestFastifyApplication;
  let neighbours: NestFastifyApplication;
  let changes: PayloadOf<typeof routeChanged>[];

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    client = new mongo.MongoClient(mongodb.url);
    caller = await startCaller(nats.url);
    changes = await caller.listen(routeChanged);
    const config = RegistryConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    neighbours = await startNeighbours(nats.url);
    registry = await startService(RegistryModule.with(config));
  });

  afterAll(async () => {
    await caller?.close();
    await Promise.all([registry?.close(), neighbours?.close(), client?.close()]);
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  const apis = () => client.db('sluice_registry').collection<{ _id: string }>('apis');
  const create = (name: string) => caller.services.request(createApi, { name, datasetId: addDataset(), active: true });
  const lastChange = (apiId: string) => changes.filter((change) => change.apiId === apiId).at(-1);

  test('a deletion that a crash left half done is told and finished by a sweep', async () => {
    const api = await create('Half deleted');
    const half = { deletedAt: new Date(), active: false, ...pendingChange() };
    await apis().updateOne({ _id: api.id }, { $set: half, $unset: { nameKey: 1, place: 1 } });
    await waitFor('its end', async () => (await apis().findOne({ _id: api.id })) === null);
    await waitFor('the event', () => lastChange(api.id)?.route === null);
  });

  test('a change that a crash left uncounted is told by a sweep', async () => {
    const api = await create('Uncounted');
    await apis().updateOne({ _id: api.id }, { $set: { active: false, ...pendingChange() } });
    await waitFor('the event', () => lastChange(api.id)?.route?.active === false);
  });

  test('repeating a change that a crash left uncounted counts it before it answers', async () => {
    const api = await create('Repeated');
    await apis().updateOne({ _id: api.id }, { $set: { active: false, ...pendingChange() } });
    await caller.services.request(setApiActive, { apiId: api.id, active: false });
    expect(lastChange(api.id)?.route?.active).toBe(false);
    await apis().updateOne({ _id: api.id }, { $set: { tokenIds: [], ...pendingChange() } });
    const { rev } = lastChange(api.id) ?? { rev: 0 };
    await caller.services.request(unassignToken, { apiId: api.id, tokenId: newId('tok') });
    expect(lastChange(api.id)?.rev).toBeGreaterThan(rev);
  });

  test('while catalogue is away nothing is created, but what does not concern it can be changed', async () => {
    const api = await create('Independent');
    await neighbours.close();
    await expect(create('Dependent')).rejects.toMatchObject({ code: 'unavailable' });
    const { data } = await caller.services.request(listApis, {});
    expect(data.map(({ name }) => name)).not.toContain('Dependent');
    const request = { apiId: api.id, revision: api.revision };
    const renamed = await caller.services.request(updateApi, { ...request, name: 'Still independent' });
    expect(renamed).toMatchObject({ name: 'Still independent', slug: 'independent' });
    await caller.services.request(setApiActive, { apiId: api.id, active: false });
    expect(await caller.services.request(setApiActive, { apiId: api.id, active: true })).toMatchObject({
      active: true,
    });
    const pin = { ...request, revision: renamed.revision + 2, version: 1 };
    await expect(caller.services.request(updateApi, pin)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
