import { parquetReadObjects } from 'hyparquet';
import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { answerTo, Publisher, read } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const venv = pythonVenv(['delta-sharing==1.4.2']);
const clientRunner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
const client = clientRunner.missing === undefined ? it : it.skip;

type Line = Record<string, Record<string, unknown>>;

const TOWNS = 'id,city,size,founded,secret\n1,Rome,60,0753-04-21,a\n2,Oslo,70,1048-01-01,b\n3,Bern,10,1191-01-01,c\n';

describe('Delta Sharing', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let table: Awaited<ReturnType<typeof shared>>;

  /** Commits 1 to 5 of a dataset with a key: a file, two sends, a file, a send; the API hides a field and small towns. */
  async function shared(name: string) {
    const { id: datasetId } = await publisher.dataset(name);
    const { headers } = await publisher.call('GET', `/datasets/${datasetId}`);
    await publisher.call(
      'PATCH',
      `/datasets/${datasetId}`,
      { keyFields: ['id'] },
      { 'if-match': headers.get('etag') ?? '' },
    );
    await publisher.version(datasetId, 'csv', TOWNS);
    const path = name.toLowerCase().replaceAll(' ', '-');
    const settings = { exposed: ['id', 'city', 'size', 'founded'], rowFilter: { size: { gte: 50 } } };
    const api = await publisher.api({ name, datasetId, path, active: true, ...settings });
    const sender = await publisher.api({ name: `${name} in`, datasetId, path, method: 'POST', active: true });
    const { token, secret } = await publisher.token(name);
    for (const { id } of [api, sender]) await publisher.assign(id, token.id);
    let snapshot = '';
    const send = async (...rows: object[]) => {
      const sent = await answerTo(`${stack.url}/api/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(rows),
      });
      expect(sent).toMatchObject({ status: 201 });
      snapshot = sent.headers.get('sluice-snapshot') ?? '';
    };
    const town = (id: number, city: string, size: number) => ({ id, city, size, founded: '1000-01-01', secret: 'x' });
    await send(town(1, 'Roma', 61), town(4, 'Riga', 80));
    await send(town(2, 'Oslo', 7));
    await publisher.version(datasetId, 'csv', `${TOWNS}5,Graz,90,1128-01-01,d\n`);
    await send(town(5, 'Graz', 91));
    const base = `${stack.url}/delta-sharing/shares/sluice/schemas/default/tables/${path}`;
    const ask = (rest: string, init: RequestInit = {}) => {
      const authorization = `Bearer ${secret}`;
      const headers = { authorization, 'sluice-min-snapshot': snapshot, ...(init.headers as object) };
      return answerTo(base + rest, { ...init, headers });
    };
    const lines = (text: string): Line[] =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const query = async (body: object, headers = {}) => {
      const answer = await ask('/query', { method: 'POST', body: JSON.stringify(body), headers });
      expect(answer).toMatchObject({ status: 200 });
      return { version: answer.headers.get('delta-table-version'), lines: lines(answer.text) };
    };
    const changes = async (search: string) => {
      const answer = await ask(`/changes?${search}`);
      expect(answer).toMatchObject({ status: 200 });
      return lines(answer.text);
    };
    const pages = async (search: string) => {
      const { json } = await read(stack.url, `${path}?${search}`, secret, { 'sluice-min-snapshot': snapshot });
      return (json as { data: Record<string, unknown>[] }).data;
    };
    return { datasetId, api, path, token, secret, send, ask, query, changes, pages };
  }

  const rowsOf = async (file: Record<string, unknown> | undefined) => {
    const bytes = await (await fetch(String(file?.url))).arrayBuffer();
    expect(bytes.byteLength).toBe(file?.size);
    return (await parquetReadObjects({ file: bytes })).map(plain);
  };
  const plain = (row: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const date = value instanceof Date ? value.toISOString().slice(0, 10) : value;
        return [name, typeof date === 'bigint' ? Number(date) : date];
      }),
    );
  const list = (rest: string, secret = table.secret) =>
    answerTo(`${stack.url}/delta-sharing${rest}`, { headers: { authorization: `Bearer ${secret}` } });

  beforeAll(async () => {
    table = await shared('Shared towns');
  }, 60_000);

  it('lists a share, its schemas and the tables that are assigned to the token, page by page', async () => {
    const other = await publisher.publish('Other towns', 'csv', 'id\n1\n');
    expect((await list('/shares')).json).toEqual({ items: [{ name: 'sluice' }] });
    expect((await list('/shares/SLUICE')).json).toEqual({ share: { name: 'sluice' } });
    expect((await list('/shares/sluice/schemas')).json).toEqual({ items: [{ name: 'default', share: 'sluice' }] });
    const one = { name: 'shared-towns', schema: 'default', share: 'sluice', id: table.api.id };
    for (const rest of ['/shares/sluice/all-tables', '/shares/sluice/schemas/default/tables'])
      expect((await list(rest)).json).toEqual({ items: [one] });
    await publisher.assign(other.api.id, table.token.id);
    await waitFor('the second table', async () => {
      const { json } = await list('/shares/sluice/all-tables');
      return (json as { items: unknown[] }).items.length === 2;
    });
    const first = (await list('/shares/sluice/all-tables?maxResults=1')).json as Record<string, unknown>;
    expect(first.items).toMatchObject([{ name: 'other-towns' }]);
    const second = (await list(`/shares/sluice/all-tables?maxResults=1&pageToken=${first.nextPageToken}`)).json;
    expect(second).toEqual({ items: [one] });
  });

  it('tells version and schema of a table, and of its rows what the API shows alone', async () => {
    const version = await table.ask('/version');
    expect([version.status, version.headers.get('delta-table-version'), version.text]).toEqual([200, '5', '']);
    const metadata = await table.ask('/metadata');
    expect(metadata.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const [protocol, { metaData } = {}] = metadata.text
      .trim()
      .split('\n')
      .map((line): Line => JSON.parse(line));
    expect(protocol).toEqual({ protocol: { minReaderVersion: 1 } });
    expect(JSON.parse(String(metaData?.schemaString)).fields).toMatchObject([
      { name: 'id', type: 'long' },
      { name: 'city', type: 'string' },
      { name: 'size', type: 'long' },
      { name: 'founded', type: 'date' },
    ]);
    const { lines } = await table.query({ predicateHints: ["city = 'Oslo'"], limitHint: 1 });
    expect(await rowsOf(lines[2]?.file)).toEqual(await table.pages('_limit=100'));
  });

  it('gives the rows of each version, by its number and by its time', async () => {
    const { json } = await publisher.call('GET', `/datasets/${table.datasetId}/commits`);
    for (const { commit, at } of (json as { data: { commit: number; at: string }[] }).data) {
      const byNumber = await table.query({ version: commit });
      expect(byNumber.version).toBe(String(commit));
      expect(byNumber.lines[1]?.metaData).toMatchObject({ version: commit });
      expect(byNumber.lines[2]?.file).toMatchObject({ version: commit, timestamp: Date.parse(at) });
      expect(await rowsOf(byNumber.lines[2]?.file)).toEqual(await table.pages(`_at=${commit}`));
      const written = at.replace('T', ' ').replace('Z', '');
      expect((await table.query({ timestamp: written })).lines[2]?.file).toMatchObject({ version: commit });
    }
  });

  it('tells what each version changed: of sends, and of the next file by its key', async () => {
    const found: unknown[] = [];
    const [, , ...lines] = await table.changes('startingVersion=0');
    for (const line of lines) {
      for (const [kind, file] of Object.entries(line)) {
        for (const { id, city, _change_type: type } of await rowsOf(file))
          found.push([file.version, kind, type ?? null, id, city]);
      }
    }
    expect(found).toEqual([
      [1, 'add', null, 1, 'Rome'],
      [1, 'add', null, 2, 'Oslo'],
      [2, 'cdf', 'update_preimage', 1, 'Rome'],
      [2, 'cdf', 'update_postimage', 1, 'Roma'],
      [2, 'cdf', 'insert', 4, 'Riga'],
      [3, 'cdf', 'delete', 2, 'Oslo'],
      [4, 'cdf', 'delete', 4, 'Riga'],
      [4, 'cdf', 'update_preimage', 1, 'Roma'],
      [4, 'cdf', 'update_postimage', 1, 'Rome'],
      [4, 'cdf', 'insert', 2, 'Oslo'],
      [4, 'cdf', 'insert', 5, 'Graz'],
      [5, 'cdf', 'update_preimage', 5, 'Graz'],
      [5, 'cdf', 'update_postimage', 5, 'Graz'],
    ]);
    const versions = (await table.changes('startingVersion=2&endingVersion=3')).slice(2).map(({ cdf }) => cdf?.version);
    expect(versions).toEqual([2, 3]);
    const byQuery = await table.query({ startingVersion: 3, endingVersion: 3 });
    expect(byQuery.lines.slice(2).map(({ cdf }) => cdf?.version)).toEqual([3]);
  });

  it('ends an answer with a line for those who know it', async () => {
    const headers = { 'delta-sharing-capabilities': 'responseformat=delta,parquet;includeEndStreamAction=true' };
    const { lines } = await table.query({}, headers);
    expect(lines.at(-1)?.endStreamAction?.minUrlExpirationTimestamp).toBeGreaterThan(Date.now());
    const refused = await table.ask('/query', {
      method: 'POST',
      body: '{}',
      headers: { 'delta-sharing-capabilities': 'responseformat=delta' },
    });
    expect(refused).toMatchObject({ status: 406, json: { errorCode: 'not_acceptable' } });
  });

  it.each([
    ['/delta-sharing/shares/another/schemas', 404, 'not_found'],
    ['/delta-sharing/shares/sluice/schemas/default/tables/nothing/metadata', 404, 'not_found'],
    ['/delta-sharing/shares/sluice/schemas/default/tables/shared-towns/query', 405, 'method_not_allowed'],
    ['/delta-sharing/tables', 404, 'not_found'],
    ['/delta-sharing/shares?maxResults=-1', 400, 'invalid_query'],
    ['/delta-sharing/shares/sluice/schemas/default/tables/shared-towns/changes', 400, 'invalid_query'],
    [
      '/delta-sharing/shares/sluice/schemas/default/tables/shared-towns/changes?startingVersion=9',
      400,
      'invalid_query',
    ],
    [
      '/delta-sharing/shares/sluice/schemas/default/tables/shared-towns/version?startingTimestamp=soon',
      400,
      'invalid_query',
    ],
    [
      '/delta-sharing/shares/sluice/schemas/default/tables/shared-towns/version?startingTimestamp=2999-01-01',
      400,
      'invalid_query',
    ],
  ])('refuses %s in the words of the protocol', async (path, status, errorCode) => {
    const answer = await answerTo(stack.url + path, { headers: { authorization: `Bearer ${table.secret}` } });
    expect(answer).toMatchObject({ status, json: { errorCode, message: expect.any(String) } });
  });

  it('is closed without a token, and tells nobody of what is not assigned', async () => {
    const without = await answerTo(`${stack.url}/delta-sharing/shares`, {});
    expect(without).toMatchObject({ status: 401, json: { errorCode: 'token_required' } });
    const { secret } = await publisher.token('Sees nothing');
    expect((await list('/shares/sluice/all-tables', secret)).json).toEqual({ items: [] });
    const { status } = await list('/shares/sluice/schemas/default/tables/shared-towns/metadata', secret);
    expect(status).toBe(404);
  });

  it('names the field that Delta has no type for', async () => {
    const { secret } = await publisher.publish('Opening hours', 'csv', 'id,opens_at\n1,08:30:00\n');
    const { status, json } = await list('/shares/sluice/schemas/default/tables/opening-hours/metadata', secret);
    expect([status, json]).toMatchObject([406, { message: expect.stringContaining('opens_at is a time of day') }]);
  });

  it('gives files that end with the token, also those of changes', async () => {
    const own = await shared('Ending towns');
    const { lines } = await own.query({});
    const [, , ...changed] = await own.changes('startingVersion=2&endingVersion=2');
    const urls = [lines[2]?.file?.url, changed[0]?.cdf?.url].map(String);
    const next = (url: string) => fetch(url, { headers: { range: 'bytes=0-3' } });
    for (const url of urls) {
      const answer = await next(url);
      expect([answer.status, answer.headers.get('referrer-policy')]).toEqual([206, 'no-referrer']);
    }
    const { headers } = await publisher.call('GET', `/tokens/${own.token.id}`);
    await publisher.call('POST', `/tokens/${own.token.id}/revoke`, undefined, {
      'if-match': headers.get('etag') ?? '',
    });
    for (const url of urls) await waitFor('the refusal', async () => (await next(url)).status === 401, 1_000);
  });

  client(
    `is read by its Python client, row by row as by pages${skippedBecause(clientRunner)}`,
    async () => {
      const program = `
import delta_sharing, json, os
open("profile.share", "w").write(os.environ["PROFILE"])
client = delta_sharing.SharingClient("profile.share")
tables = [f"{t.share}.{t.schema}.{t.name}" for t in client.list_all_tables()]
url = "profile.share#sluice.default.shared-towns"
told = lambda frame: json.loads(frame.to_json(orient="records", date_format="iso"))
print(json.dumps({
  "tables": [name for name in tables if name.endswith("shared-towns")],
  "now": told(delta_sharing.load_as_pandas(url)),
  "limited": len(delta_sharing.load_as_pandas(url, limit=1)),
  "second": told(delta_sharing.load_as_pandas(url, version=2)),
  "then": told(delta_sharing.load_as_pandas(url, timestamp=os.environ["THEN"])),
  "changes": told(delta_sharing.load_table_changes_as_pandas(url, starting_version=0, ending_version=5)),
  "version": delta_sharing.get_table_version(url),
}))
`;
      const commits = (await publisher.call('GET', `/datasets/${table.datasetId}/commits`)).json;
      const third = (commits as { data: { commit: number; at: string }[] }).data.find(({ commit }) => commit === 3);
      const PROFILE = JSON.stringify({
        shareCredentialsVersion: 1,
        endpoint: `${stack.url}/delta-sharing/`,
        bearerToken: table.secret,
      });
      const { stdout, stderr } = await runProgram(clientRunner, program, { PROFILE, THEN: third?.at ?? '' });
      if (!stdout) throw new Error(stderr);
      const told = JSON.parse(stdout);
      const asPages = (rows: Record<string, unknown>[]) =>
        rows.map((row) => ({ ...row, founded: String(row.founded).slice(0, 10) }));
      expect(told).toMatchObject({ tables: ['sluice.default.shared-towns'], limited: 1, version: 5 });
      expect(asPages(told.now)).toEqual(await table.pages('_limit=100'));
      expect(asPages(told.second)).toEqual(await table.pages('_at=2'));
      expect(asPages(told.then)).toEqual(await table.pages('_at=3'));
      const changed = told.changes as { id: number; _change_type: string; _commit_version: number }[];
      expect(changed.map((row) => [row._commit_version, row._change_type, row.id])).toEqual([
        [1, 'insert', 1],
        [1, 'insert', 2],
        [2, 'update_preimage', 1],
        [2, 'update_postimage', 1],
        [2, 'insert', 4],
        [3, 'delete', 2],
        [4, 'delete', 4],
        [4, 'update_preimage', 1],
        [4, 'update_postimage', 1],
        [4, 'insert', 2],
        [4, 'insert', 5],
        [5, 'update_preimage', 5],
        [5, 'update_postimage', 5],
      ]);
    },
    120_000,
  );
});
