import { contract, type PayloadOf, type RequestInput } from '@sluice/contracts/contract';
import {
  type Api,
  assignToken,
  createApi,
  deleteApi,
  getApi,
  setApiActive,
  unassignToken,
  updateApi,
  validateApi,
} from '@sluice/contracts/registry/apis';
import { createDomain, deleteDomain, listDomains } from '@sluice/contracts/registry/domains';
import { listRoutes, registryHeartbeat, routeChanged } from '@sluice/contracts/registry/routes';
import type { ServiceError } from '@sluice/messaging/service-error';
import { newId } from '@sluice/runtime/ids';
import { waitFor } from '../support/wait-for';
import { addDataset, addToken } from './neighbours';
import { useRegistry } from './use-registry';

/** Many at once on a busy machine: what counts here is who wins, not how fast. */
const patientCreate = contract({ ...createApi, timeoutMs: 20_000 });

describe('the registry service, two replicas', () => {
  let beats: PayloadOf<typeof registryHeartbeat>[];
  let changes: PayloadOf<typeof routeChanged>[];
  const caller = useRegistry({ SLUICE_PUBLIC_URL: 'https://data.example.com:8443' }, async ({ listen }) => {
    beats = await listen(registryHeartbeat);
    changes = await listen(routeChanged);
  });

  const create = (api: Partial<RequestInput<typeof createApi>> & { name: string }) =>
    caller.services.request(patientCreate, { datasetId: addDataset(), ...api });
  const update = (api: Api, change: Omit<RequestInput<typeof updateApi>, 'apiId' | 'revision'>) =>
    caller.services.request(updateApi, { apiId: api.id, revision: api.revision, ...change });
  const get = (apiId: string) => caller.services.request(getApi, { apiId });
  const setActive = (apiId: string, active: boolean) => caller.services.request(setApiActive, { apiId, active });
  const routes = async () => (await caller.services.request(listRoutes, {})).routes;
  const lastChange = (apiId: string) => changes.filter((change) => change.apiId === apiId).at(-1);

  describe('creating', () => {
    test('an API gets slug and path from its name, and its endpoint once it is activated', async () => {
      const api = await create({ name: ' Zürich: sales & orders ' });
      expect(api).toMatchObject({
        name: 'Zürich: sales & orders',
        slug: 'zurich-sales-orders',
        path: 'zurich-sales-orders',
        domain: null,
        method: 'GET',
        version: null,
        pinnedSnapshot: null,
        active: false,
        endpoint: null,
        tokenIds: [],
        revision: 1,
      });
      const endpoint = 'https://data.example.com:8443/api/zurich-sales-orders';
      expect(await setActive(api.id, true)).toMatchObject({ active: true, endpoint });
      expect(await setActive(api.id, false)).toMatchObject({ active: false, endpoint });
      expect(await get(api.id)).toMatchObject({ active: false, endpoint });
    });

    test('every fault is told at once, each at its place', async () => {
      const refusal = create({
        name: '',
        domain: 'not a host',
        path: '/Sales Orders/',
        datasetId: newId('ds'),
        version: 3,
        method: 'POST',
      });
      await expect(refusal).rejects.toMatchObject({ code: 'invalid_request' });
      const { faults } = await refusal.catch((error) => error);
      expect(faults.map((fault: { pointer: string; code: string }) => [fault.pointer, fault.code])).toEqual([
        ['/name', 'required'],
        ['/domain', 'invalid_host_name'],
        ['/path', 'invalid_path'],
        ['/version', 'version_not_allowed'],
        ['/datasetId', 'dataset_not_found'],
      ]);
      expect(faults[2].hint).toBe('sales-orders would do');
    });

    test('a name that is too long or has control characters, a path too long, an unknown domain, a missing version', async () => {
      const faultsOf = (api: Partial<RequestInput<typeof createApi>> & { name: string }) =>
        create(api).then(
          () => [],
          (error) => error.faults,
        );
      expect(await faultsOf({ name: 'x'.repeat(101) })).toMatchObject([{ code: 'too_long', max: 100 }]);
      expect(await faultsOf({ name: 'tab\there' })).toMatchObject([{ code: 'invalid_characters' }]);
      expect(await faultsOf({ name: 'Long', path: 'x'.repeat(201) })).toMatchObject([{ code: 'too_long', max: 200 }]);
      expect(await faultsOf({ name: 'Elsewhere', domain: 'elsewhere.example' })).toMatchObject([
        { pointer: '/domain', code: 'unknown_domain', allowed: ['data.example.com'] },
      ]);
      expect(await faultsOf({ name: 'Ahead', version: 2 })).toMatchObject([
        { pointer: '/version', code: 'version_not_found', hint: 'Its latest version is 1' },
      ]);
    });

    test('only a conflict of name or path is one: 409 with the free path; together with other faults it is invalid', async () => {
      await create({ name: 'Taken', path: 'taken/orders' });
      await expect(create({ name: 'TAKEN' })).rejects.toMatchObject({
        code: 'name_taken',
        faults: [{ pointer: '/name', code: 'name_taken' }],
      });
      await expect(create({ name: 'Another', path: 'taken/orders' })).rejects.toMatchObject({
        code: 'path_taken',
        faults: [{ pointer: '/path', code: 'path_taken', hint: 'taken/orders-2 is free' }],
      });
      await expect(create({ name: 'Taken', path: 'No' })).rejects.toMatchObject({
        code: 'invalid_request',
        faults: [{ code: 'name_taken' }, { code: 'invalid_path' }],
      });
    });

    test('a path may be shared by methods, and by an exact domain and any', async () => {
      await create({ name: 'Shared GET', path: 'shared' });
      await create({ name: 'Shared POST', path: 'shared', method: 'POST' });
      await create({ name: 'Shared there', path: 'shared', domain: 'Data.Example.com' });
      await expect(create({ name: 'Shared again', path: 'shared', domain: 'data.example.com' })).rejects.toMatchObject({
        code: 'path_taken',
      });
    });

    test('a chosen path avoids one that is taken', async () => {
      await create({ name: 'Occupant', path: 'resident' });
      expect(await create({ name: 'Resident' })).toMatchObject({ slug: 'resident-2', path: 'resident-2' });
    });

    test('of 50 concurrent creates of one path one wins', async () => {
      // A machine that is busy answers some too late: they ask again until they are told.
      const undecided = ['timeout', 'overloaded', 'unavailable'];
      const contend = (i: number) =>
        waitFor('a decision', async () => {
          const outcome = await create({ name: `Contestant ${i}`, path: 'contested' }).then(
            () => 'won',
            ({ code }: ServiceError) => code,
          );
          return undecided.includes(outcome) ? null : outcome;
        });
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => contend(i)));
      expect(outcomes.filter((outcome) => outcome === 'path_taken')).toHaveLength(49);
    });

    test('concurrent creates whose names give the same slug all get one of their own', async () => {
      const apis = await Promise.all(Array.from({ length: 20 }, (_, i) => create({ name: `Same${'!'.repeat(i)}` })));
      expect(new Set(apis.map(({ slug }) => slug)).size).toBe(20);
      expect(new Set(apis.map(({ path }) => path)).size).toBe(20);
    });

    test('what the form asks while one types follows the same rules and saves nothing', async () => {
      const api = await create({ name: 'Edited', path: 'edited' });
      const validate = (request: RequestInput<typeof validateApi>) => caller.services.request(validateApi, request);
      expect(await validate({ name: 'Edited', path: 'edited' })).toMatchObject({
        valid: false,
        faults: [{ code: 'name_taken' }, { code: 'path_taken', hint: 'edited-2 is free' }],
      });
      expect(await validate({ name: 'Edited', path: 'edited', apiId: api.id })).toEqual({ valid: true, faults: [] });
      const proposed = await validate({ name: 'Not yet there' });
      expect(proposed).toEqual({ valid: true, faults: [], path: 'not-yet-there' });
      expect((await validate({ name: 'Edited!' })).path).not.toBe('edited');
      expect(await validate({ name: ' ' })).not.toHaveProperty('path');
      await expect(create({ name: 'Not yet there' })).resolves.toBeDefined();
    });
  });

  describe('activation', () => {
    test('an empty dataset can have an API, but not an active one', async () => {
      const datasetId = addDataset(0);
      const refusal = { code: 'invalid_request', faults: [{ pointer: '/active', code: 'dataset_empty' }] };
      await expect(create({ name: 'Too early', datasetId, active: true })).rejects.toMatchObject(refusal);
      const api = await create({ name: 'Early', datasetId });
      await expect(setActive(api.id, true)).rejects.toMatchObject(refusal);
      await expect(update(api, { active: true })).rejects.toMatchObject(refusal);
      expect((await routes()).filter(({ apiId }) => apiId === api.id)).toEqual([]);
    });

    test('gateways hear of every change, numbered, and heartbeats follow', async () => {
      const api = await create({ name: 'Announced', active: true });
      expect(lastChange(api.id)?.route).toMatchObject({ active: true, version: 1, fields: [{ name: 'region' }] });
      await setActive(api.id, false);
      const off = lastChange(api.id);
      expect(off?.route).toMatchObject({ active: false });
      await waitFor('the heartbeat', () => beats.some(({ rev }) => rev >= (off?.rev ?? Infinity)));
      await setActive(api.id, false);
      expect(lastChange(api.id)).toEqual(off);
      expect(changes.map(({ rev }) => rev)).toEqual([...new Set(changes.map(({ rev }) => rev))]);
    });
  });

  describe('changing', () => {
    test('an update needs the current revision; concurrent ones cannot both win', async () => {
      const api = await create({ name: 'Versioned' });
      const updated = await update(api, { description: 'first' });
      await expect(update(api, { description: 'late' })).rejects.toMatchObject({ code: 'revision_mismatch' });
      const results = await Promise.allSettled([1, 2, 3].map((i) => update(updated, { description: `${i}` })));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('the slug stays, path and endpoint follow the change, and the old path is free again', async () => {
      const api = await create({ name: 'Before', active: true });
      const updated = await update(api, { name: 'After', path: 'after', domain: 'data.example.com' });
      expect(updated).toMatchObject({ slug: 'before', endpoint: 'https://data.example.com:8443/api/after' });
      expect(lastChange(api.id)?.route).toMatchObject({ path: 'after', domain: 'data.example.com' });
      await expect(create({ name: 'Before', path: 'before' })).resolves.toMatchObject({ slug: 'before-2' });
      await expect(update(updated, { path: 'before', domain: null })).rejects.toMatchObject({ code: 'path_taken' });
    });

    test('pinning takes the snapshot, unpinning follows the latest', async () => {
      const api = await create({ name: 'Pinned later', datasetId: addDataset(3), active: true });
      expect(lastChange(api.id)?.route?.version).toBe(3);
      const pinned = await update(api, { version: 2 });
      expect(pinned).toMatchObject({ version: 2, pinnedSnapshot: { seq: 0 } });
      expect(lastChange(api.id)?.route).toMatchObject({ version: 2, snapshot: pinned.pinnedSnapshot });
      expect(await update(pinned, { version: null })).toMatchObject({ version: null, pinnedSnapshot: null });
      expect(lastChange(api.id)?.route?.version).toBe(3);
    });

    test('deleting frees name and path at once, and gateways drop the route', async () => {
      const api = await create({ name: 'Deleted', active: true });
      await caller.services.request(deleteApi, { apiId: api.id });
      await expect(get(api.id)).rejects.toMatchObject({ code: 'api_not_found' });
      expect(lastChange(api.id)?.route).toBeNull();
      expect((await routes()).filter(({ apiId }) => apiId === api.id)).toEqual([]);
      await expect(create({ name: 'Deleted' })).resolves.toMatchObject({ slug: 'deleted', path: 'deleted' });
      const again = caller.services.request(deleteApi, { apiId: api.id });
      await expect(again).rejects.toMatchObject({ code: 'api_not_found' });
    });
  });

  describe('tokens', () => {
    const assign = (apiId: string, tokenId: string) => caller.services.request(assignToken, { apiId, tokenId });
    const unassign = (apiId: string, tokenId: string) => caller.services.request(unassignToken, { apiId, tokenId });

    test('assigned and removed, each at once on the routes of gateways, each twice without harm', async () => {
      const api = await create({ name: 'With tokens', active: true });
      const [one, two] = [addToken(), addToken('expired')];
      await Promise.all([assign(api.id, one), assign(api.id, one), assign(api.id, two)]);
      expect((await get(api.id)).tokenIds.toSorted()).toEqual([one, two].toSorted());
      expect(lastChange(api.id)?.route?.tokenIds.toSorted()).toEqual([one, two].toSorted());
      await unassign(api.id, one);
      expect(lastChange(api.id)?.route?.tokenIds).toEqual([two]);
      await unassign(api.id, one);
      expect((await get(api.id)).tokenIds).toEqual([two]);
    });

    test('a token that does not exist or is revoked, or an API that does not exist, is refused', async () => {
      const api = await create({ name: 'Without tokens' });
      await expect(assign(api.id, newId('tok'))).rejects.toMatchObject({ code: 'token_not_found' });
      await expect(assign(api.id, addToken('revoked'))).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(assign(newId('api'), addToken())).rejects.toMatchObject({ code: 'api_not_found' });
      await expect(unassign(newId('api'), addToken())).rejects.toMatchObject({ code: 'api_not_found' });
    });
  });

  describe('domains', () => {
    const remove = (name: string) => caller.services.request(deleteDomain, { name });

    test("the public URL's host is the first, and stays", async () => {
      expect((await caller.services.request(listDomains, {})).data[0]?.name).toBe('data.example.com');
      await expect(remove('data.example.com')).rejects.toMatchObject({ code: 'domain_in_use' });
    });

    test('one that an API names stays until the API is gone', async () => {
      await caller.services.request(createDomain, { name: 'Files.Example.com' });
      const again = caller.services.request(createDomain, { name: 'files.example.com' });
      await expect(again).rejects.toMatchObject({ code: 'domain_taken' });
      const api = await create({ name: 'On a domain', domain: 'files.example.com', active: true });
      expect(api.endpoint).toBe('https://files.example.com:8443/api/on-a-domain');
      await expect(remove('files.example.com')).rejects.toMatchObject({ code: 'domain_in_use' });
      await caller.services.request(deleteApi, { apiId: api.id });
      await remove('files.example.com');
      await expect(remove('files.example.com')).rejects.toMatchObject({ code: 'domain_not_found' });
    });
  });
});
