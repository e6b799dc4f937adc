import { createApi, deleteApi, setApiActive } from '@sluice/contracts/registry/apis';
import { listRoutes } from '@sluice/contracts/registry/routes';
import { readRoutes } from '../../apps/gateway/src/routing/read-routes';
import { waitFor } from '../support/wait-for';
import { addDataset, addVersion, field } from './neighbours';
import { useRegistry } from './use-registry';

describe('the route table that registry tells', () => {
  const caller = useRegistry();
  const create = (name: string, datasetId = addDataset()) => caller.services.request(createApi, { name, datasetId });
  const setActive = (apiId: string, active: boolean) => caller.services.request(setApiActive, { apiId, active });
  /** The ids that are told, sorted, and whether they are the whole table. */
  const changed = async (since?: number) => {
    const { routes, whole } = await readRoutes(caller.services, since);
    return { whole, ids: [...routes.keys()].sort(), gone: [...routes].flatMap(([id, route]) => (route ? [] : [id])) };
  };
  const rev = async () => (await readRoutes(caller.services)).rev;

  // Each start of a replica makes what was told before it doubtful.
  beforeAll(async () => {
    await waitFor('the starts of both replicas to be counted', async () => (await rev()) >= 2);
  });

  test('is, since a number, what changed after it, with what is gone, over as many pages as it takes', async () => {
    const apis = await Promise.all(['one', 'two', 'three', 'four'].map((name) => create(name)));
    const since = await rev();
    expect(await changed(since)).toEqual({ whole: false, ids: [], gone: [] });
    const [one, two, three] = apis.map(({ id }) => id) as [string, string, string];
    await setActive(one, true);
    await setActive(two, true);
    await caller.services.request(deleteApi, { apiId: three });
    expect(await changed(since)).toEqual({ whole: false, ids: [one, two, three].sort(), gone: [three] });
    const first = await caller.services.request(listRoutes, { since, limit: 1 });
    expect(first).toMatchObject({ whole: false, removed: [], nextCursor: first.routes[0]?.apiId });
    const all = apis.map(({ id }) => id).filter((id) => id !== three);
    expect(await changed()).toMatchObject({ whole: true, ids: expect.arrayContaining(all), gone: [] });
  });

  test('is told as a whole for a number that registry does not know, or from before its last start', async () => {
    await create('five');
    const now = await rev();
    expect(await changed(now + 1)).toMatchObject({ whole: true });
    expect(await changed(0)).toMatchObject({ whole: true });
    expect(await changed(now)).toMatchObject({ whole: false });
  });

  test('has the fields of a version once on a page, whatever number of APIs serve it', async () => {
    const datasetId = addDataset();
    addVersion(datasetId, [field('region'), field('amount')]);
    const apis = await Promise.all(['six', 'seven', 'eight'].map((name) => create(name, datasetId)));
    const page = await caller.services.request(listRoutes, {});
    const served = page.routes.filter((route) => route.datasetId === datasetId);
    expect(served.map(({ apiId }) => apiId).sort()).toEqual(apis.map(({ id }) => id).sort());
    expect(Object.values(page.fields).filter((fields) => fields.some(({ name }) => name === 'amount'))).toHaveLength(1);
    const { routes } = await readRoutes(caller.services);
    for (const { id } of apis) expect(routes.get(id)?.fields.map(({ name }) => name)).toEqual(['region', 'amount']);
  });
});
