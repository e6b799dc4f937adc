import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

interface Page {
  data: Record<string, unknown>[];
  page: { nextCursor: string | null; total?: number };
  links: { self: string; next: string | null };
  meta: { version: number; commit: number; snapshot: string };
}

/** Commits 1 to 5: a file, two sends, a file with a column more, a send. */
async function history(publisher: Publisher, url: string, name: string, settings: Record<string, unknown> = {}) {
  const { id: datasetId } = await publisher.dataset(name);
  await publisher.version(datasetId, 'csv', 'id,city\n1,Rome\n2,Oslo\n');
  const path = name.toLowerCase().replaceAll(' ', '-');
  const { token, secret } = await publisher.token(name);
  const api = await publisher.api({ name, datasetId, path, active: true, ...settings });
  const sender = await publisher.api({ name: `${name} in`, datasetId, path, method: 'POST', active: true });
  for (const { id } of [api, sender]) await publisher.assign(id, token.id);
  const send = async (row: object) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const answer = await answerTo(`${url}/api/${path}`, { method: 'POST', headers, body: JSON.stringify([row]) });
    return answer;
  };
  const sent = [await send({ id: 3, city: 'Rome' }), await send({ id: 4, city: 'Bern' })];
  await publisher.version(datasetId, 'csv', 'id,city,size\n10,Rome,5\n');
  sent.push(await send({ id: 11, city: 'Oslo', size: 6 }));
  const ask = (query: string, more: Record<string, string> = {}): Promise<Answer> =>
    read(url, `${path}${query}`, secret, more);
  const page = async (query: string): Promise<Page> => {
    const answer = await ask(query, { 'sluice-min-snapshot': sent[2]?.headers.get('sluice-snapshot') ?? '' });
    expect(answer).toMatchObject({ status: 200 });
    return answer.json as Page;
  };
  const post = (rest: string, body: object, method = 'POST') =>
    answerTo(`${url}/api/${path}${rest}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return { datasetId, api, path, secret, sent, ask, page, post };
}

const ids = ({ data }: Page) => data.map(({ id }) => id);

describe('the rows as of a commit', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let table: Awaited<ReturnType<typeof history>>;

  beforeAll(async () => {
    table = await history(publisher, stack.url, 'Past Towns');
  });

  it('are told by a number that grows over publications and sends', async () => {
    expect(
      table.sent.map(({ json, headers }) => [(json as Page['meta']).commit, headers.get('sluice-commit')]),
    ).toEqual([
      [2, '2'],
      [3, '3'],
      [5, '5'],
    ]);
    const { meta } = await table.page('');
    expect(meta).toMatchObject({ version: 2, commit: 5 });
    const { json } = await publisher.call('GET', `/datasets/${table.datasetId}/commits`);
    expect(
      (json as { data: { commit: number; kind: string }[] }).data.map(({ commit, kind }) => [commit, kind]),
    ).toEqual([
      [5, 'send'],
      [4, 'publish'],
      [3, 'send'],
      [2, 'send'],
      [1, 'publish'],
    ]);
  });

  it('are read by any query: pages, filters, groups, bodies, exports and files', async () => {
    expect(await Promise.all([1, 2, 3].map(async (at) => ids(await table.page(`?_select=id&_at=${at}`))))).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect(ids(await table.page('?_select=id,city&_at=3&city=Rome'))).toEqual([1, 3]);
    expect((await table.page('?_at=3&_group=city&_agg=count&_sort=-count')).data[0]).toEqual({
      city: 'Rome',
      count: 2,
    });
    for (const method of ['POST', 'QUERY']) {
      const answer = await table.post(method === 'POST' ? '/_query' : '', { at: 2, select: ['id'] }, method);
      expect(ids(answer.json as Page)).toEqual([1, 2, 3]);
    }
    const csv = await table.ask('/_export?_format=csv&_select=id&_at=2');
    expect([csv.text, csv.headers.get('sluice-commit')]).toEqual(['id\r\n1\r\n2\r\n3\r\n', '2']);
    const file = await table.ask('/_parquet?_at=1');
    expect([file.status, file.headers.get('sluice-commit')]).toEqual([200, '1']);
  });

  it('are the same as of the time of a commit, and links name the commit', async () => {
    const { json } = await publisher.call('GET', `/datasets/${table.datasetId}/commits`);
    const commits = (json as { data: { commit: number; at: string }[] }).data;
    const third = commits.find(({ commit }) => commit === 3);
    const { meta, links, data } = await table.page(`?_select=id&_at=${third?.at}`);
    expect(meta.commit).toBe(3);
    expect(links.self).toContain('_at=3');
    expect(await table.page(links.self.split(/(?=\?)/)[1] ?? '')).toMatchObject({ data, links });
  });

  it('are paged through without an end, whatever is sent meanwhile', async () => {
    const seen: unknown[] = [];
    for (let next: string | null = '?_select=id&_at=3&_limit=1'; next !== null; ) {
      const page: Page = await table.page(next);
      seen.push(...ids(page));
      expect(page.meta.commit).toBe(3);
      next = page.links.next === null ? null : `?${page.links.next.split('?')[1]}`;
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('have an entity tag of their own that stays', async () => {
    const first = await table.ask('?_at=2&_select=id');
    const again = await table.ask('?_at=2&_select=id', { 'if-none-match': first.headers.get('etag') ?? '' });
    expect([first.status, again.status]).toEqual([200, 304]);
  });

  it('are refused with what there is where a commit never was, or a time', async () => {
    for (const [at, detail] of [
      ['6', 'the last commit is 5'],
      ['2999-01-01', 'this time has not come yet'],
      ['1999-01-01', /^the first commit is of 20/],
    ] as const) {
      const { status, json } = await table.ask(`?_at=${at}`);
      expect([status, json]).toMatchObject([
        400,
        { code: 'invalid_query', errors: [{ name: '_at', code: 'unknown_commit' }] },
      ]);
      expect((json as { errors: { detail: string }[] }).errors[0]?.detail).toEqual(
        typeof detail === 'string' ? detail : expect.stringMatching(detail),
      );
    }
    for (const at of ['', '0', '-1', '1.5', 'yesterday', '99999999999999999999']) {
      const { json } = await table.ask(`?_at=${encodeURIComponent(at)}`);
      expect(json).toMatchObject({ code: 'invalid_query', errors: [{ name: '_at', code: 'invalid_value' }] });
    }
  });

  it('of another version are not shown where the API is pinned, and of its version up to the pinned commit', async () => {
    const pinned = await history(publisher, stack.url, 'Pinned Towns', { version: 1 });
    expect(ids(await pinned.page('?_select=id'))).toEqual([1, 2]);
    expect(ids(await pinned.page('?_select=id&_at=1'))).toEqual([1, 2]);
    for (const at of [2, 5]) {
      const { json } = await pinned.ask(`?_at=${at}`);
      expect(json).toMatchObject({ code: 'invalid_query', errors: [{ name: '_at', code: 'unknown_commit' }] });
    }
  });

  it('hide what the API hides now, and are not read where the row filter needs a field that the version of then lacks', async () => {
    const hidden = await history(publisher, stack.url, 'Hidden Towns', {
      exposed: ['id'],
      rowFilter: { city: 'Rome' },
    });
    expect((await hidden.page('?_at=3')).data).toEqual([{ id: 1 }, { id: 3 }]);
    expect((await hidden.ask('?_at=3&city=Oslo')).status).toBe(400);
    const { headers } = await publisher.call('GET', `/apis/${hidden.api.id}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    expect(
      (
        await publisher.call(
          'PATCH',
          `/apis/${hidden.api.id}`,
          { exposed: ['id', 'size'], rowFilter: { size: { gte: 1 } } },
          ifMatch,
        )
      ).status,
    ).toBe(200);
    await waitFor('the new settings', async () => {
      const { json } = await hidden.ask('?_at=3');
      return (json as { code?: string }).code === 'invalid_query';
    });
  });

  it('are not read through an API that gives the rows of now alone', async () => {
    const now = await history(publisher, stack.url, 'Present Towns', { history: false });
    expect(ids(await now.page('?_select=id'))).toEqual([10, 11]);
    for (const rest of ['?_at=3', '/_export?_at=3', '/_parquet?_at=3', '?_at=5']) {
      const { json } = await now.ask(rest);
      expect(json).toMatchObject({ code: 'invalid_query', errors: [{ name: '_at', code: 'not_allowed' }] });
    }
    expect((await now.ask('/_openapi.json')).text).not.toContain('"name":"_at"');
    const sharing = `${stack.url}/delta-sharing/shares/sluice/schemas/default/tables/present-towns`;
    const headers = { authorization: `Bearer ${now.secret}` };
    for (const rest of ['/changes?startingVersion=1', '/metadata']) {
      expect((await answerTo(sharing + rest, { headers })).status).toBe(rest === '/metadata' ? 200 : 400);
    }
    const query = await answerTo(`${sharing}/query`, { method: 'POST', headers, body: '{"version":2}' });
    expect(query.status).toBe(400);
  });

  it('are gone with their version, and the nearest commit is named', async () => {
    const gone = await history(publisher, stack.url, 'Gone Towns');
    expect((await publisher.call('DELETE', `/datasets/${gone.datasetId}/versions/1`)).status).toBe(204);
    expect((await gone.ask('?_at=2')).json).toMatchObject({
      status: 410,
      code: 'snapshot_gone',
      detail: 'the rows of commit 2 went with version 1: the nearest commit that is kept is 4',
    });
  });
});
