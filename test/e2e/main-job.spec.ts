import { gzipSync } from 'node:zlib';
import { Publisher, read, vegaFile } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

interface Page {
  data: Record<string, unknown>[];
  page: { limit: number; returned: number; hasMore: boolean; nextCursor: string | null; total?: number };
  links: { self: string; next: string | null };
  meta: { api: string; dataset: string; version: number; snapshot: string };
}

const pageOf = ({ status, text, json }: { status: number; text: string; json: unknown }): Page => {
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return json as Page;
};

describe('from a file to a live endpoint', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);

  it('an imported file becomes an endpoint that a token opens, with the rows as they stood in the file', async () => {
    const { api, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    expect(api).toMatchObject({ path: 'weather', active: true, endpoint: `${stack.url}/api/weather` });
    const page = pageOf(await read(stack.url, 'weather?_limit=2&_select=date,temp_max,weather', secret));
    expect(page.data).toEqual([
      { date: '2012-01-01', temp_max: 12.8, weather: 'drizzle' },
      { date: '2012-01-02', temp_max: 10.6, weather: 'rain' },
    ]);
    expect(page.page).toMatchObject({ limit: 2, returned: 2, hasMore: true, total: 1461 });
    expect(page.meta).toMatchObject({ api: 'weather', version: 1 });
  });

  it('a column with leading zeros stays text, a mixed column never fails an import', async () => {
    const zip = await publisher.publish('Zipcodes', 'csv', await vegaFile('zipcodes.csv'));
    const [row] = pageOf(await read(stack.url, 'zipcodes?zip_code=00501', zip.secret)).data;
    expect(row).toMatchObject({ zip_code: '00501' });
    const file = await vegaFile('movies.json');
    const source = JSON.parse(file.toString()) as { Title: string | number | null }[];
    expect(new Set(source.map(({ Title }) => typeof Title))).toEqual(new Set(['string', 'number', 'object']));
    const movies = await publisher.publish('Movies', 'json', file);
    const titles = pageOf(await read(stack.url, 'movies?_limit=1000&_select=Title', movies.secret)).data;
    const asText = source.slice(0, 1000).map(({ Title }) => (Title === null ? null : String(Title)));
    expect(titles.map(({ Title }) => Title)).toEqual(asText);
  });

  it('following the cursors gives every row once, while a new version is published in between', async () => {
    const rows = Array.from({ length: 2_500 }, (_, id) => `${id},${id % 7}`);
    const file = `id,group\n${rows.join('\n')}\n`;
    const { api, secret } = await publisher.publish('Paging', 'csv', file);
    const seen: unknown[] = [];
    let next: string | null = '/api/paging?_sort=-group&_limit=400';
    while (next) {
      const page = pageOf(await read(stack.url, next.slice('/api/'.length), secret));
      seen.push(...page.data.map(({ id }) => id));
      if (seen.length === 800) await publisher.version(api.datasetId, 'csv', 'id,group,extra\n1,1,1\n');
      next = page.links.next;
    }
    expect(seen).toHaveLength(2_500);
    expect(new Set(seen).size).toBe(2_500);
    await waitFor('the API to move on', async () => pageOf(await read(stack.url, 'paging', secret)).meta.version === 2);
    expect(pageOf(await read(stack.url, 'paging', secret)).data).toEqual([{ id: 1, group: 1, extra: 1 }]);
  });

  it('an API pinned to a version stays with it', async () => {
    const dataset = await publisher.dataset('Pinned');
    await publisher.version(dataset.id, 'csv', 'a\n1\n');
    const api = await publisher.api({ name: 'Pinned', datasetId: dataset.id, version: 1, active: true });
    await publisher.version(dataset.id, 'csv', 'a\n2\n');
    const { token, secret } = await publisher.token('Pinned');
    await publisher.assign(api.id, token.id);
    const page = await waitFor('the assignment', async () => pageOf(await read(stack.url, 'pinned', secret)));
    expect(page).toMatchObject({ data: [{ a: 1 }], meta: { version: 1 } });
  });

  it('gzip files and forms are taken like plain ones', async () => {
    const dataset = await publisher.dataset('Packed');
    const packed = await publisher.call('POST', `/datasets/${dataset.id}/versions`, gzipSync('a,b\n1,x\n'), {
      'content-type': 'text/csv',
      'content-encoding': 'gzip',
      prefer: 'wait=30',
    });
    expect(packed).toMatchObject({ status: 201, json: { number: 1, rowCount: 1 } });
    const form = new FormData();
    form.set('file', new Blob(['{"a":2}\n{"a":3}\n']), 'rows.ndjson');
    const response = await fetch(`${stack.url}/manage/v1/datasets/${dataset.id}/versions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.adminKey}`, prefer: 'wait=30' },
      body: form,
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ number: 2, rowCount: 2 });
  });

  it('a bad file is refused with line and column and leaves no version behind', async () => {
    const dataset = await publisher.dataset('Broken');
    const refused = await publisher.upload(dataset.id, 'csv', 'a,b\n1,2\n3,4,5\n');
    expect(refused).toMatchObject({
      status: 422,
      json: { code: 'invalid_file', errors: [expect.objectContaining({ in: 'file', line: 3 })] },
    });
    const versions = await publisher.call('GET', `/datasets/${dataset.id}/versions`);
    expect(versions.json).toEqual({ data: [], page: { nextCursor: null } });
  });

  it('an import tells its progress as server-sent events until it is done', async () => {
    const dataset = await publisher.dataset('Progress');
    const started = await publisher.call(
      'POST',
      `/datasets/${dataset.id}/versions`,
      await vegaFile('flights-200k.json'),
      {
        'content-type': 'application/json',
      },
    );
    expect(started.status).toBe(202);
    const events = await publisher.call('GET', `${started.headers.get('location')?.replace('/manage/v1', '')}/events`);
    expect(events.headers.get('content-type')).toMatch('text/event-stream');
    const phases = [...events.text.matchAll(/^event: (\w+)$/gm)].map(([, phase]) => phase);
    expect(phases.at(-1)).toBe('done');
    const last = JSON.parse(
      events.text
        .match(/^data: (.*)$/gm)
        ?.at(-1)
        ?.slice('data: '.length) ?? '',
    );
    expect(last).toMatchObject({ phase: 'done', version: 1, rows: 200_000 });
  });

  it('a publisher hears every fault of a definition at once, and nothing is saved', async () => {
    const before = (await publisher.call('GET', '/apis?_limit=200')).text;
    const refused = await publisher.call('POST', '/apis', {
      name: ' ',
      datasetId: 'ds_00000000000000000000000000',
      domain: 'nowhere.example',
      path: 'Bad//Path',
    });
    expect(refused.status).toBe(422);
    const { errors } = refused.json as { errors: { pointer: string }[] };
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(['/name', '/datasetId', '/domain', '/path']));
    const malformed = await publisher.call('POST', '/apis', { domain: 'nowhere.example', path: 7, more: true });
    expect(malformed.status).toBe(422);
    const places = (malformed.json as { errors: { pointer: string; code: string }[] }).errors;
    expect(places.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/datasetId required',
      '/domain unknown_domain',
      '/more unknown_field',
      '/name required',
      '/path invalid_value',
    ]);
    expect((await publisher.call('GET', '/apis?_limit=200')).text).toBe(before);
  });

  it('a dataset in use is not deleted; without its API it is', async () => {
    const { api } = await publisher.publish('Used', 'csv', 'a\n1\n');
    const inUse = await publisher.call('DELETE', `/datasets/${api.datasetId}`);
    expect(inUse).toMatchObject({ status: 409, json: { code: 'dataset_in_use' } });
    expect((await publisher.call('DELETE', `/apis/${api.id}`)).status).toBe(204);
    expect((await publisher.call('DELETE', `/datasets/${api.datasetId}`)).status).toBe(204);
    expect((await publisher.call('GET', `/datasets/${api.datasetId}`)).status).toBe(404);
  });

  it('a version that nothing serves can be deleted; the latest one, and one that an API serves, stay', async () => {
    const { api, secret } = await publisher.publish('Aged', 'csv', 'a\n1\n2\n');
    const { json } = await read(stack.url, 'aged?_limit=1', secret);
    const next = (json as { links: { next: string } }).links.next.replace('/api/', '');
    for (const row of [3, 4]) await publisher.version(api.datasetId, 'csv', `a\n${row}\n`);
    const pinned = await publisher.api({ name: 'Aged 2', datasetId: api.datasetId, version: 2 });
    const remove = (number: number) => publisher.call('DELETE', `/datasets/${api.datasetId}/versions/${number}`);
    for (const number of [2, 3]) {
      expect(await remove(number)).toMatchObject({ status: 409, json: { code: 'version_in_use' } });
    }
    expect((await remove(1)).status).toBe(204);
    expect((await remove(1)).status).toBe(404);
    const { json: list } = await publisher.call('GET', `/datasets/${api.datasetId}/versions`);
    expect((list as { data: { number: number }[] }).data.map(({ number }) => number)).toEqual([3, 2]);
    await waitFor('the end of its rows', async () => (await read(stack.url, next, secret)).status === 410);
    expect((await publisher.call('DELETE', `/apis/${pinned.id}`)).status).toBe(204);
    expect((await remove(2)).status).toBe(204);
    expect((await publisher.version(api.datasetId, 'csv', 'a\n5\n')).number).toBe(4);
  });

  it('a dataset keeps as many of its newest versions as it is told to, and those that an API needs', async () => {
    const { api, secret } = await publisher.publish('Kept', 'csv', 'a\n1\n');
    const pinned = await publisher.api({ name: 'Kept 2', datasetId: api.datasetId, version: 1 });
    const { headers } = await publisher.call('GET', `/datasets/${api.datasetId}`);
    const keep = (keepVersions: unknown, etag: string) =>
      publisher.call('PATCH', `/datasets/${api.datasetId}`, { keepVersions }, { 'if-match': etag });
    const etag = headers.get('etag') ?? '';
    expect(await keep(0, etag)).toMatchObject({ status: 422, json: { errors: [{ pointer: '/keepVersions' }] } });
    expect(await keep(2, etag)).toMatchObject({ status: 200, json: { keepVersions: 2 } });
    for (const row of [2, 3, 4, 5]) await publisher.version(api.datasetId, 'csv', `a\n${row}\n`);
    const versions = async () => {
      const { json } = await publisher.call('GET', `/datasets/${api.datasetId}/versions`);
      return (json as { data: { number: number }[] }).data.map(({ number }) => number).join();
    };
    await waitFor('the end of the others', async () => (await versions()) === '5,4,1');
    expect((await read(stack.url, 'kept', secret)).json).toMatchObject({ data: [{ a: 5 }] });
    const { json } = await publisher.call('GET', `/audit?resource=${api.datasetId}&action=dataset.version-deleted`);
    expect((json as { data: object[] }).data).toMatchObject([
      { actor: { kind: 'system' }, before: { version: 3 } },
      { actor: { kind: 'system' }, before: { version: 2 } },
    ]);
    expect((await publisher.call('DELETE', `/apis/${pinned.id}`)).status).toBe(204);
    await publisher.version(api.datasetId, 'csv', 'a\n6\n');
    await waitFor('the end of the pinned one', async () => (await versions()) === '6,5');
  });

  it('a change needs the revision that it is based on', async () => {
    const dataset = await publisher.dataset('Revised');
    expect((await publisher.call('PATCH', `/datasets/${dataset.id}`, { name: 'x' })).status).toBe(428);
    const etag = (await publisher.call('GET', `/datasets/${dataset.id}`)).headers.get('etag') ?? '';
    const changed = await publisher.call(
      'PATCH',
      `/datasets/${dataset.id}`,
      { name: 'Revised again' },
      { 'if-match': etag },
    );
    expect(changed).toMatchObject({ status: 200, json: { name: 'Revised again' } });
    const stale = await publisher.call('PATCH', `/datasets/${dataset.id}`, { name: 'Lost' }, { 'if-match': etag });
    expect(stale).toMatchObject({ status: 412, json: { code: 'revision_mismatch' } });
  });

  it('an API is tested in place with an assigned token whose secret nobody needs', async () => {
    const { api, secret } = await publisher.publish('Tried', 'csv', 'a,b\n1,x\n2,y\n');
    const tried = await publisher.call('POST', `/apis/${api.id}/test`, { query: 'a=2' });
    expect(tried.json).toMatchObject({
      request: {
        method: 'GET',
        url: '/api/tried?a=2',
        headers: { Authorization: expect.stringMatching(/^Bearer slc_.{4}…$/) },
      },
      response: { status: 200 },
    });
    const { response } = tried.json as { response: { body: string } };
    expect(response.body).toBe((await read(stack.url, 'tried?a=2', secret)).text);
    const failed = await publisher.call('POST', `/apis/${api.id}/test`, { query: 'nope=2' });
    expect(failed.json).toMatchObject({ response: { status: 400 } });
  });
});
