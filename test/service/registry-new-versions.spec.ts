import { waitFor } from '../support/wait-for';
import { addVersion, field } from './neighbours';
import { all, amount, id, region, useRegistryPublisher } from './registry-publisher';

describe('a new version of the dataset of an API, over two replicas', () => {
  const { dataset, create, get, update, route, publish, isServed, isHeld } = useRegistryPublisher();

  test('with more fields goes through', async () => {
    const api = await create({}, dataset([id, region]));
    publish(api.datasetId, [amount, region, id]);
    expect((await isServed(api, 2))?.fields).toHaveLength(3);
    expect(await get(api)).toMatchObject({ contractFaults: [] });
  });

  test('without a field that consumers see, or with another type, does not: the API stays and shows why', async () => {
    const api = await create({}, dataset([id, region, amount]));
    publish(api.datasetId, [field('id'), amount]);
    expect(await isHeld(api)).toMatchObject([
      { field: 'id', code: 'type_changed', version: 2, detail: 'id is text in version 2, not integer as before' },
      { field: 'region', code: 'field_gone', version: 2, detail: 'Version 2 has no field region' },
    ]);
    expect(route(api)?.version).toBe(1);
    expect((await get(api)).revision).toBe(api.revision);
    publish(api.datasetId, [id, region, amount]);
    await isServed(api, 3);
    expect(await get(api)).toMatchObject({ contractFaults: [] });
  });

  test('without a field that nobody uses goes through; without one that settings use it does not', async () => {
    const used = await create({ exposed: ['id'], rowFilter: { amount: { gt: 1 } } });
    const unused = await create({ exposed: ['id'] }, used.datasetId);
    publish(used.datasetId, [id]);
    await isServed(unused, 2);
    expect(await isHeld(used)).toMatchObject([{ field: 'amount', pointer: '/rowFilter', code: 'field_gone' }]);
  });

  test('that brings a field called like a parameter does not go through', async () => {
    const parameters = [{ name: 'area', type: 'text' as const, default: 'EU' }];
    const api = await create({ rowFilter: { region: { $param: 'area' } }, parameters });
    publish(api.datasetId, [...all, field('area')]);
    expect(await isHeld(api)).toMatchObject([{ code: 'parameter_collides', version: 2 }]);
    expect(route(api)?.version).toBe(1);
  });

  test('reaches the last one that fits where the newest does not', async () => {
    const api = await create({});
    addVersion(api.datasetId, all);
    publish(api.datasetId, [id]);
    await isHeld(api);
    // The route is told apart from the document: the event may come a moment later.
    await waitFor('the version before', () => route(api)?.version === 2);
  });

  test('goes through once the publisher sets anew what it broke, and only then', async () => {
    const api = await create({});
    publish(api.datasetId, [id, field('amount')]);
    await isHeld(api);
    expect(await update(api, { limits: { maxPage: 10 } })).toMatchObject({
      contractFaults: [{ field: 'region' }, { field: 'amount' }, { field: 'meta' }],
    });
    expect(route(api)?.version).toBe(1);
    expect(await update(api, { exposed: null })).toMatchObject({ contractFaults: [] });
    expect(route(api)?.version).toBe(2);
  });

  test('is served by pinning to it, and held again by following only if it breaks something', async () => {
    const api = await create({});
    publish(api.datasetId, [id]);
    await isHeld(api);
    expect(await update(api, { version: 2 })).toMatchObject({ contractFaults: [] });
    expect(await update(api, { version: null })).toMatchObject({ contractFaults: [] });
    expect(route(api)?.version).toBe(2);
  });
});
