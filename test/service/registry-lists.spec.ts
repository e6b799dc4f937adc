import type { RequestInput } from '@sluice/contracts/contract';
import { assignToken, countApis, countApisByDataset, createApi, listApis } from '@sluice/contracts/registry/apis';
import { addDataset, addToken } from './neighbours';
import { useRegistry } from './use-registry';

describe('lists of APIs', () => {
  const caller = useRegistry();

  const create = (api: Partial<RequestInput<typeof createApi>> & { name: string }) =>
    caller.services.request(createApi, { datasetId: addDataset(), ...api });

  test('go through all APIs, newest first, or through those of one dataset', async () => {
    const datasetId = addDataset();
    const names = ['First of three', 'Second of three', 'Third of three'];
    for (const name of names) await create({ name, datasetId });
    const page = await caller.services.request(listApis, { datasetId, limit: 2 });
    expect(page.data.map(({ name }) => name)).toEqual(['Third of three', 'Second of three']);
    const cursor = page.page.nextCursor ?? undefined;
    const rest = await caller.services.request(listApis, { datasetId, limit: 2, cursor });
    expect(rest.data.map(({ name }) => name)).toEqual(['First of three']);
    expect(rest.page.nextCursor).toBeNull();
    expect(await caller.services.request(countApisByDataset, { datasetId })).toEqual({ count: 3 });
    expect((await caller.services.request(listApis, {})).data[0]?.name).toBe('Third of three');
  });

  test('have what is asked for: by words, dataset, token, method and state, in the order that is asked for', async () => {
    const [datasetId, tokenId] = [addDataset(), addToken()];
    const [on] = await Promise.all([
      create({ name: 'Listed b', datasetId, active: true }),
      create({ name: 'listed A', datasetId, description: 'Harbour' }),
      create({ name: 'Listed c', datasetId, method: 'POST' }),
    ]);
    await caller.services.request(assignToken, { apiId: on.id, tokenId });
    const find = async (asked: Partial<RequestInput<typeof listApis>>) =>
      (await caller.services.request(listApis, { sort: 'name', count: true, ...asked })).data.map(({ name }) => name);
    expect(await find({ datasetId })).toEqual(['listed A', 'Listed b', 'Listed c']);
    expect(await find({ datasetId, sort: '-name' })).toEqual(['Listed c', 'Listed b', 'listed A']);
    expect(await find({ datasetId, method: 'POST' })).toEqual(['Listed c']);
    expect(await find({ datasetId, active: true })).toEqual(['Listed b']);
    expect(await find({ datasetId, active: false })).toEqual(['listed A', 'Listed c']);
    expect(await find({ tokenId })).toEqual(['Listed b']);
    expect(await find({ q: 'LISTED harb' })).toEqual(['listed A']);
    const { page } = await caller.services.request(listApis, { datasetId, limit: 1, count: true });
    expect(page.total).toBe(3);
    const counted = { datasetIds: [datasetId, addDataset()], tokenIds: [tokenId, addToken()] };
    expect(await caller.services.request(countApis, counted)).toEqual({ counts: { [datasetId]: 3, [tokenId]: 1 } });
  });

  test('refuse a cursor that is none of theirs, and say so', async () => {
    for (const cursor of ['', 'x', '{"$ne":null}', Buffer.from('["name","a","b"]').toString('base64url')]) {
      const refused = caller.services.request(listApis, { cursor });
      await expect(refused).rejects.toMatchObject({ code: 'cursor_mismatch' });
    }
  });
});
