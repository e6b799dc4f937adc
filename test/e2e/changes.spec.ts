import type { Api } from '@sluice/contracts/registry/apis';
import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

interface Row {
  id: number;
  region?: string;
  amount?: number;
}
interface Change {
  change: 'added' | 'changed' | 'removed';
  key?: { id: number };
  row?: Row;
}
interface PageOf<Item> {
  data: Item[];
  page: { hasMore: boolean; nextCursor: string | null; returned: number };
  links: { self: string; next: string | null };
  meta: { since?: string; snapshot: string };
}

const FILE = 'id,region,amount,owner\n1,EU,10,north\n2,US,20,north\n3,EU,30,south\n';

describe('what became of the rows since a snapshot', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let made = 0;

  /** A dataset with a key, an API that reads it with these settings, and one that takes rows for it. */
  async function table(settings: Record<string, unknown> = {}, keyFields: string[] | null = ['id']) {
    const name = `Table ${++made}`;
    const path = `table-${made}`;
    const { id } = await publisher.dataset(name);
    await publisher.version(id, 'csv', FILE);
    if (keyFields) await setKeys(id, keyFields);
    const { token, secret } = await publisher.token(name);
    const open = async (more: Parameters<Publisher['api']>[0]): Promise<Api> => {
      const api = await publisher.api(more);
      await publisher.assign(api.id, token.id);
      return api;
    };
    const common = { datasetId: id, path, active: true };
    const api = await open({ ...common, name: `${name} read`, ...settings });
    await open({ ...common, name: `${name} send`, method: 'POST' });
    const send = async (rows: object[]): Promise<string> => {
      const body = JSON.stringify(rows);
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const { status, json } = await answerTo(`${stack.url}/api/${path}`, { method: 'POST', headers, body });
      expect(status).toBe(201);
      return (json as { snapshot: string }).snapshot;
    };
    const ask = (rest: string, headers: Record<string, string> = {}, gateway = stack.url): Promise<Answer> =>
      read(gateway, `${path}${rest}`, secret, headers);
    const rows = async (rest = ''): Promise<PageOf<Row>> => {
      const answer = await ask(rest);
      expect(answer.status).toBe(200);
      return answer.json as PageOf<Row>;
    };
    const changes = async (rest: string, gateway?: string): Promise<PageOf<Change>> => {
      const answer = await ask(`/_changes?${rest}`, {}, gateway);
      expect(answer).toMatchObject({ status: 200 });
      return answer.json as PageOf<Change>;
    };
    return { datasetId: id, path, api, secret, token, send, ask, rows, changes };
  }

  async function setKeys(datasetId: string, keyFields: string[]): Promise<void> {
    const { headers } = await publisher.call('GET', `/datasets/${datasetId}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    expect((await publisher.call('PATCH', `/datasets/${datasetId}`, { keyFields }, ifMatch)).status).toBe(200);
  }

  const faultsOf = ({ json }: Answer) =>
    (json as { errors: { name: string; code: string }[] }).errors.map(({ name, code }) => `${name} ${code}`);

  it('tells added and changed rows, and by their key those that the row filter lets through no more', async () => {
    const { send, rows, changes } = await table({ exposed: ['id', 'region'], rowFilter: { owner: 'north' } });
    const { meta } = await rows();
    await send([
      { id: 1, region: 'EU', amount: 11, owner: 'south' },
      { id: 2, region: 'APAC', amount: 20, owner: 'north' },
    ]);
    const last = await send([
      { id: 3, region: 'EU', amount: 30, owner: 'north' },
      { id: 4, region: 'EU', amount: 40, owner: 'south' },
    ]);
    const told = await changes(`since=${meta.snapshot}`);
    expect(told.data).toEqual([
      { change: 'removed', key: { id: 1 } },
      { change: 'changed', key: { id: 2 }, row: { id: 2, region: 'APAC' } },
      { change: 'added', key: { id: 3 }, row: { id: 3, region: 'EU' } },
    ]);
    expect(told.meta.since).toBe(meta.snapshot);
    expect(told.meta.snapshot).toMatch(new RegExp(`^${last}\\.[\\w-]+$`));
    expect((await changes(`since=${told.meta.snapshot}`)).data).toEqual([]);
  });

  it('keeps a copy level with full reads, through pages, both gateways and a filter of its own', async () => {
    const { send, rows, changes } = await table();
    for (const filter of ['', '&amount__gte=50']) {
      const before = await rows(`?${filter}`);
      let copy = before.data;
      let since = before.meta.snapshot;
      for (let turn = 0; turn < 5; turn++) {
        for (let nth = 0; nth < 3; nth++) {
          const ids = [turn, 7 - nth, 10 + turn * 3 + nth];
          await send(ids.map((id) => ({ id, region: `r${turn}`, amount: (id * 37 + turn * 29 + nth) % 100 })));
        }
        let cursor: string | null = null;
        do {
          const gateway = stack.gateways[turn % 2] ?? stack.url;
          const page: PageOf<Change> = await changes(
            `since=${since}&_limit=2${filter}${cursor ? `&_cursor=${cursor}` : ''}`,
            gateway,
          );
          for (const { key, row } of page.data) {
            copy = copy.filter(({ id }) => id !== key?.id);
            if (row) copy.push(row);
          }
          cursor = page.page.nextCursor;
          if (!cursor) since = page.meta.snapshot;
        } while (cursor);
        const { data } = await rows(`?${filter}&_limit=1000`);
        expect(copy).toEqual(data);
      }
    }
  });

  it('gives NDJSON, links, strong tags and the snapshot to ask from next', async () => {
    const { send, ask, rows, path } = await table();
    const { meta } = await rows();
    await send([{ id: 5 }, { id: 6 }]);
    const first = await ask(`/_changes?since=${meta.snapshot}&_limit=1`, { accept: 'application/x-ndjson' });
    expect(first.text).toBe(
      '{"change":"added","key":{"id":5},"row":{"id":5,"region":null,"amount":null,"owner":null}}\n',
    );
    expect(first.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(first.headers.get('sluice-snapshot')).toMatch(/^ver_\w+\.\d+\.[\w-]+$/);
    const [, next] = /^<\/api\/([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? [];
    expect(next?.startsWith(`${path}/_changes?since=`)).toBe(true);
    // What is sent meanwhile is not of these pages.
    await send([{ id: 7 }]);
    const second = await ask((next ?? '').slice(path.length));
    expect((second.json as PageOf<Change>).data).toMatchObject([{ change: 'added', key: { id: 6 } }]);
    expect(second.headers.get('link')).not.toContain('next');
    const etag = second.headers.get('etag') ?? '';
    expect((await ask((next ?? '').slice(path.length), { 'if-none-match': etag })).status).toBe(304);
    const shown = await ask('?_limit=1');
    expect((await ask(`/_changes?since=${shown.headers.get('sluice-snapshot')}`)).status).toBe(200);
  });

  it('refuses what it does not understand, with every fault', async () => {
    const { ask, rows } = await table();
    const { snapshot } = (await rows()).meta;
    const refused = async (rest: string, ...faults: string[]) => {
      const answer = await ask(`/_changes${rest}`);
      expect([answer.status, ...faultsOf(answer)]).toEqual([400, ...faults]);
    };
    await refused('', 'since required');
    await refused(
      '?since=yesterday&_sort=id&nothing=1',
      'since invalid_value',
      '_sort not_allowed',
      'nothing unknown_field',
    );
    await refused(`?since=${snapshot}&since=${snapshot}`, 'since duplicate_parameter');
    await refused(`?since=${snapshot}&_format=csv&_offset=3`, '_format not_allowed', '_offset not_allowed');
    await refused(`?since=${snapshot.replace(/\.\d+$/, '.99')}`, 'since unknown_snapshot');
    await refused(`?since=${snapshot}&_cursor=c1_x`, '_cursor cursor_mismatch');
    const { nextCursor } = (await rows('?_limit=1')).page;
    await refused(`?since=${snapshot}&_cursor=${nextCursor}`, '_cursor cursor_mismatch');
    expect((await ask(`/_changes?since=${snapshot}`, { accept: 'text/csv' })).status).toBe(406);
  });

  it('asks for a full read where it cannot tell: a new version, other settings, another query', async () => {
    const { ask, rows, send, changes, datasetId, api } = await table();
    const { snapshot } = (await rows()).meta;
    await send([{ id: 8 }, { id: 9 }]);
    const { meta, page } = await changes(`since=${snapshot}&_limit=1`);
    const expectGone = async (rest: string) => {
      const answer = await ask(`/_changes?${rest}`);
      expect(answer).toMatchObject({ status: 410, json: { code: 'full_read_required' } });
    };
    await expectGone(`since=${meta.snapshot}&region=EU`);
    await expectGone(`since=${meta.snapshot}&_select=id`);
    const patch = async (rowFilter: object | null) => {
      const { headers } = await publisher.call('GET', `/apis/${api.id}`);
      const ifMatch = { 'if-match': headers.get('etag') ?? '' };
      expect((await publisher.call('PATCH', `/apis/${api.id}`, { rowFilter }, ifMatch)).status).toBe(200);
    };
    await patch({ region: 'EU' });
    await expectGone(`since=${meta.snapshot}`);
    await patch(null);
    expect((await ask(`/_changes?since=${meta.snapshot}`)).status).toBe(200);
    await publisher.version(datasetId, 'csv', FILE);
    const versionOf = ({ snapshot: read }: { snapshot: string }) => read.split('.', 1)[0];
    await waitFor('the new version', async () => versionOf((await rows()).meta) !== versionOf(meta));
    await expectGone(`since=${meta.snapshot}`);
    // Pages that began before go on.
    const { data } = await changes(`since=${snapshot}&_limit=1&_cursor=${page.nextCursor}`);
    expect(data).toMatchObject([{ change: 'added', key: { id: 9 } }]);
  });

  it('is not there where the API hides the key, or only takes rows; without key fields it tells what was added', async () => {
    const hidden = await table({ exposed: ['region', 'amount'] });
    const since = `/_changes?since=${(await hidden.rows()).meta.snapshot}`;
    expect(await hidden.ask(since)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    const csvOnly = await table({ formats: ['csv'] });
    const { headers } = await csvOnly.ask('');
    const answer = await csvOnly.ask(`/_changes?since=${headers.get('sluice-snapshot')}`);
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
    const keyless = await table({}, null);
    const { snapshot } = (await keyless.rows()).meta;
    await keyless.send([{ id: 1, region: 'EU' }]);
    expect((await keyless.changes(`since=${snapshot}&_select=id`)).data).toEqual([{ change: 'added', row: { id: 1 } }]);
    const posted = await answerTo(`${stack.url}/api/${keyless.path}/_changes?since=${snapshot}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyless.secret}` },
    });
    expect(posted).toMatchObject({ status: 405 });
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });

  it('is for those whom the API is assigned to, and counts its rows', async () => {
    const { rows, send, path, api } = await table();
    const { snapshot } = (await rows()).meta;
    await send([{ id: 5 }, { id: 6 }]);
    const { secret: stranger } = await publisher.token('Stranger to changes');
    expect((await read(stack.url, `${path}/_changes?since=${snapshot}`, stranger)).status).toBe(403);
    const { token, secret } = await publisher.token('Metered', { limits: { rowsPerDay: 5 } });
    await publisher.assign(api.id, token.id);
    const metered = () => read(stack.url, `${path}/_changes?since=${snapshot}`, secret);
    expect((await metered()).headers.get('ratelimit')).toMatch(/^"rows-day";r=3;/);
    expect((await metered()).status).toBe(200);
    expect(await metered()).toMatchObject({ status: 429, json: { code: 'quota_exceeded' } });
  });

  it('is described by the document of the API and by its schema', async () => {
    const { ask, path } = await table();
    const { paths } = (await ask('/_openapi.json')).json as {
      paths: Record<string, { get: { parameters: object[] } }>;
    };
    expect(paths[`/api/${path}/_changes`]?.get.parameters).toContainEqual(
      expect.objectContaining({ name: 'since', required: true }),
    );
    expect((await ask('/_schema')).json).toMatchObject({ changes: { since: 'snapshot', formats: ['json', 'ndjson'] } });
  });
});
