import type { RequestInput } from '@sluice/contracts/contract';
import { openSettings } from '@sluice/contracts/registry/api-settings';
import { setApiActive, validateApi } from '@sluice/contracts/registry/apis';
import { addDataset, addVersion } from './neighbours';
import { all, id, region, useRegistryPublisher } from './registry-publisher';

describe('what a publisher sets per API, over two replicas', () => {
  const { services, dataset, create, get, update, faultsOf, route, publish, isServed, isHeld } = useRegistryPublisher();

  describe('settings', () => {
    test('are open where nothing is set, and gateways get them with the route', async () => {
      const api = await create({});
      expect(api).toMatchObject({ ...openSettings, contractFaults: [] });
      expect(route(api)).toMatchObject({ settings: openSettings, modifiedAt: expect.stringContaining(':') });
    });

    test('are told in full, kept where a change does not name them, and reset by null', async () => {
      const settings = {
        exposed: ['amount', 'id'],
        rowFilter: { region: { eq: { $param: 'area' } }, 'meta.city': 'Rome' },
        filterable: ['id'],
        operators: { id: ['eq' as const, 'in' as const] },
        sortable: ['amount'],
        defaultSort: ['-amount'],
        limits: { defaultPage: 10, maxPage: 50 },
        aggregation: false,
        export: false,
        formats: ['csv' as const, 'json' as const],
        parameters: [{ name: 'area', type: 'text' as const, default: 'EU', description: 'A region' }],
      };
      const api = await create(settings);
      expect(await get(api)).toMatchObject(settings);
      const changed = await update(api, { description: 'other', limits: { maxPage: 20 }, sortable: null });
      expect(changed).toMatchObject({ ...settings, limits: { defaultPage: 20, maxPage: 20 }, sortable: null });
      expect(route(api)?.settings).toMatchObject({ rowFilter: settings.rowFilter, formats: ['csv', 'json'] });
      const reset = Object.fromEntries(Object.keys(settings).map((key) => [key, null]));
      expect(await update(api, reset)).toMatchObject(openSettings);
    });

    test('are checked against the fields, every fault at once and at its place', async () => {
      const refused = create({
        name: '',
        exposed: ['id', 'amuont', 'region', 'id'],
        filterable: ['region', 'meta'],
        operators: { region: ['eq', 'has'], nothing: ['eq'] },
        sortable: ['amount'],
        defaultSort: ['-region', 'region.x', '-meta'],
        limits: { defaultPage: 100, maxPage: 10 },
        rowFilter: { reigon: 'EU', amount: { gt: { $param: 'least' } }, id: { gt: 1, contains: 'x' } },
        parameters: [
          { name: 'region', type: 'text', default: 'EU' },
          { name: '_least', type: 'decimal' },
          { name: 'late', type: 'date', default: 'tomorrow', required: true },
        ],
      });
      expect(await faultsOf(refused)).toEqual([
        ['/name', 'required'],
        ['/exposed/3', 'duplicate'],
        ['/exposed/1', 'unknown_field'],
        ['/filterable/1', 'field_hidden'],
        ['/sortable/0', 'field_hidden'],
        ['/operators/region/1', 'operator_not_allowed'],
        ['/operators/nothing', 'unknown_field'],
        ['/defaultSort/1', 'not_sortable'],
        ['/defaultSort/2', 'field_hidden'],
        ['/parameters/0/name', 'parameter_collides'],
        ['/rowFilter/amount/gt/$param', 'unknown_parameter'],
        ['/rowFilter/reigon', 'unknown_field'],
        ['/rowFilter/id/contains', 'operator_not_allowed'],
        ['/limits/defaultPage', 'too_large'],
        ['/parameters/0/name', 'unused_parameter'],
        ['/parameters/1/name', 'invalid_name'],
        ['/parameters/1/name', 'unused_parameter'],
        ['/parameters/2/name', 'unused_parameter'],
        ['/parameters/2/default', 'invalid_value'],
        ['/parameters/2/required', 'not_allowed'],
      ]);
      await expect(create({ exposed: ['amuont'] })).rejects.toMatchObject({
        code: 'invalid_request',
        faults: [{ hint: 'did you mean amount?', allowed: ['id', 'region', 'amount', 'meta'] }],
      });
    });

    test('of an API that exists are checked in the same way, and nothing is saved', async () => {
      const api = await create({ exposed: ['id'] });
      expect(await faultsOf(update(api, { sortable: ['amount'], description: 'new' }))).toEqual([
        ['/sortable/0', 'field_hidden'],
      ]);
      expect(await get(api)).toMatchObject({ sortable: null, description: '' });
    });

    test('of a pinned API are held against that version, also when it is pinned to another', async () => {
      const datasetId = dataset([id, region]);
      addVersion(datasetId, all);
      const api = await create({ version: 2, exposed: ['amount'] }, datasetId);
      expect(await faultsOf(update(api, { version: 1 }))).toEqual([['/exposed/0', 'unknown_field']]);
      expect(await update(api, { version: 1, exposed: ['id'] })).toMatchObject({ version: 1, exposed: ['id'] });
    });

    test('of an API over an empty dataset are held against the first version', async () => {
      const datasetId = addDataset(0);
      const api = await create({ active: false, exposed: ['id', 'amount'] }, datasetId);
      publish(datasetId, [id, region]);
      expect(await isHeld(api)).toMatchObject([{ code: 'unknown_field', pointer: '/exposed/1', version: 1 }]);
      await expect(services().request(setApiActive, { apiId: api.id, active: true })).rejects.toMatchObject({
        code: 'invalid_request',
      });
      publish(datasetId, all);
      await isServed(api, 2);
      expect(await get(api)).toMatchObject({ contractFaults: [] });
    });
  });

  describe('a form that asks before it saves', () => {
    const validate = (asked: RequestInput<typeof validateApi>) => services().request(validateApi, asked);
    const placesOf = async (asked: RequestInput<typeof validateApi>) =>
      (await validate(asked)).faults.map(({ pointer, code }) => [pointer, code]);

    test('learns every fault that saving would tell, also of the settings', async () => {
      const asked = { datasetId: dataset(), exposed: ['id', 'nothing'], version: 7 };
      expect(await placesOf({ name: '', ...asked })).toEqual([
        ['/name', 'required'],
        ['/version', 'version_not_found'],
      ]);
      expect(await placesOf({ name: 'Free', ...asked, version: null })).toEqual([['/exposed/1', 'unknown_field']]);
    });

    test('learns the same of a change, held against what the API has', async () => {
      const api = await create({ exposed: ['id'] });
      const asked = { name: api.name, path: api.path, apiId: api.id };
      expect(await placesOf({ ...asked, sortable: ['region'] })).toEqual([['/sortable/0', 'field_hidden']]);
      expect(await validate({ ...asked, exposed: null, sortable: ['region'] })).toEqual({ valid: true, faults: [] });
      expect((await get(api)).revision).toBe(api.revision);
    });
  });

  describe('what a POST API takes', () => {
    test('is open where nothing is set, told in full, and set anew as a whole', async () => {
      const api = await create({ method: 'POST', send: { lenient: true, fields: { id: { required: true, min: 1 } } } });
      expect(api.send).toEqual({ ...openSettings.send, lenient: true, fields: { id: { required: true, min: 1 } } });
      expect(route(api)).toMatchObject({ method: 'POST', pinned: false, settings: { send: api.send } });
      expect((await update(api, { send: { maxRows: 10 } })).send).toEqual({ ...openSettings.send, maxRows: 10 });
      expect((await update(api, { send: null })).send).toEqual(openSettings.send);
    });

    test('is checked against the fields, every fault at once and at its place', async () => {
      const refused = create({
        method: 'POST',
        exposed: ['id', 'region', 'meta'],
        send: {
          fields: {
            id: { min: 10, max: 5, default: 'x', pattern: 'a' },
            region: { min: -1, pattern: '(', oneOf: ['a'], default: 'b' },
            meta: { max: 3, oneOf: [1] },
            amount: { required: true },
            'a/b': { required: true },
          },
        },
      });
      expect(await faultsOf(refused)).toEqual([
        ['/send/fields/id/default', 'invalid_value'],
        ['/send/fields/id/min', 'too_large'],
        ['/send/fields/id/pattern', 'not_allowed'],
        ['/send/fields/region/min', 'invalid_value'],
        ['/send/fields/region/pattern', 'invalid_pattern'],
        ['/send/fields/region/default', 'not_one_of'],
        ['/send/fields/meta/max', 'not_allowed'],
        ['/send/fields/meta/oneOf', 'not_allowed'],
        ['/send/fields/amount', 'field_hidden'],
        ['/send/fields/a~1b', 'unknown_field'],
      ]);
    });

    test('needs a dataset whose fields are known, and cannot be pinned', async () => {
      expect(await faultsOf(create({ method: 'POST', active: false }, addDataset(0)))).toEqual([
        ['/datasetId', 'dataset_empty'],
      ]);
      expect(await faultsOf(create({ method: 'POST', version: 1 }))).toEqual([['/version', 'version_not_allowed']]);
      const api = await create({ method: 'POST' });
      expect(await faultsOf(update(api, { version: 1 }))).toEqual([['/version', 'version_not_allowed']]);
    });
  });
});
