import { parquetReadObjects } from 'hyparquet';
import { answerTo, Publisher } from '../support/publisher';
import { type Line, shareTowns } from '../support/shared-towns';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('Delta Sharing', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let table: Awaited<ReturnType<typeof shareTowns>>;

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
    table = await shareTowns(publisher, 'Shared towns');
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

  it('tells after each publication what the table looked like, where that is asked for', async () => {
    const lines = (await table.changes('startingVersion=1&includeHistoricalMetadata=true')).slice(2);
    expect(lines.flatMap(({ metaData }) => metaData?.version ?? [])).toEqual([1, 4]);
  });

  it('gives files that end with the token, also those of changes', async () => {
    const own = await shareTowns(publisher, 'Ending towns');
    const { lines } = await own.query({});
    const [, , ...changed] = await own.changes('startingVersion=2&endingVersion=2');
    const urls = [lines[2]?.file?.url, changed[0]?.cdf?.url].map(String);
    const next = (url: string) => answerTo(url, { headers: { range: 'bytes=0-3' } });
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
});
