import { get } from 'node:http';
import { Link } from '@sluice/contracts/gateway/links';
import { parquetReadObjects } from 'hyparquet';
import { duckdbRunner, pythonRunner, runProgram, skippedBecause } from '../support/programs';
import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROWS = 3_000;
const SOON_MS = 1_000;
/** Its failures are none of those of other tests. */
const OTHER_ADDRESS = '127.0.0.77';

describe('a link to rows', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    const lines = Array.from({ length: ROWS }, (_, id) => `${id},city ${id % 50},${id / 4}`);
    open = await publisher.publish('Linked rows', 'csv', `id,city,amount\n${lines.join('\n')}\n`);
  });

  const ask = (body: unknown, secret = open.secret, path = open.api.path) =>
    fetch(`${stack.url}/api/${path}/_links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  async function link(body: unknown = {}, secret = open.secret, path = open.api.path): Promise<string> {
    const answer = await ask(body, secret, path);
    expect(answer.status).toBe(201);
    return Link.parse(await answer.json()).url;
  }

  /** A token that is assigned to the API, and a link that it made. */
  async function linkOfAnother(name: string) {
    const { token, secret } = await publisher.token(name);
    await publisher.assign(open.api.id, token.id);
    await waitFor('the assignment', async () => (await read(stack.url, open.api.path, secret)).status === 200);
    return { token, url: await link({}, secret) };
  }

  const statusOf = async (url: string, init?: RequestInit) => {
    const answer = await fetch(url, init);
    await answer.arrayBuffer();
    return answer.status;
  };

  const statusFrom = (localAddress: string, url: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      get(url, { localAddress, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      }).on('error', reject);
    });

  it('gives the rows of its query without a token, in its format', async () => {
    const csv = await fetch(await link({ format: 'csv', query: 'city=city 7&_sort=-id&_select=id' }));
    expect(csv.headers.get('referrer-policy')).toBe('no-referrer');
    expect(csv.headers.get('cache-control')).toContain('private');
    const ids = Array.from({ length: ROWS }, (_, id) => id).filter((id) => id % 50 === 7);
    expect((await csv.text()).trim().split(/\r?\n/)).toEqual(['id', ...ids.reverse().map(String)]);
  });

  it('to Parquet is read by ranges, also where it has a query', async () => {
    for (const query of ['', 'city=city 7']) {
      const url = await link({ query });
      expect(url).toMatch(/\.parquet$/);
      const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
      const part = await fetch(url, { headers: { range: 'bytes=-8' } });
      expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, whole.subarray(-8)]);
      const rows = await parquetReadObjects({ file: new Uint8Array(whole).buffer });
      expect(rows).toHaveLength(query === '' ? ROWS : ROWS / 50);
    }
  });

  it('goes on giving the rows of its snapshot when others come', async () => {
    const sent = await publisher.publish('Growing rows', 'csv', 'id\n1\n');
    const url = await link({ format: 'ndjson' }, sent.secret, sent.api.path);
    const { id: datasetId } = { id: sent.api.datasetId };
    expect((await publisher.upload(datasetId, 'csv', 'id\n8\n9\n')).status).toBe(201);
    await waitFor('the new version', async () => {
      return (await read(stack.url, sent.api.path, sent.secret)).text.includes('"id":9');
    });
    expect((await (await fetch(url)).text()).trim()).toBe('{"id":1}');
  });

  it('dies with its token, its assignment and its API, between two requests', async () => {
    const revoked = await linkOfAnother('Revoked maker');
    const unassigned = await linkOfAnother('Unassigned maker');
    for (const { url } of [revoked, unassigned]) expect(await statusOf(url)).toBe(200);
    await publisher.call('POST', `/tokens/${revoked.token.id}/revoke`);
    await waitFor('the refusal', async () => (await statusOf(revoked.url)) === 401, SOON_MS);
    await publisher.call('DELETE', `/apis/${open.api.id}/tokens/${unassigned.token.id}`);
    await waitFor('the refusal', async () => (await statusOf(unassigned.url)) === 403, SOON_MS);
    const own = await link();
    const setActive = async (active: boolean) => {
      const { headers } = await publisher.call('GET', `/apis/${open.api.id}`);
      await publisher.call('PATCH', `/apis/${open.api.id}`, { active }, { 'if-match': headers.get('etag') ?? '' });
    };
    await setActive(false);
    await waitFor('the refusal', async () => (await statusOf(own)) === 404, SOON_MS);
    await setActive(true);
    await waitFor('the API', async () => (await statusOf(own)) === 200);
  });

  it('shows no field that its publisher has hidden since', async () => {
    const hidden = await publisher.publish('Hidden later', 'csv', 'id,secret\n1,topsecret\n');
    const url = await link({}, hidden.secret, hidden.api.path);
    expect(await (await fetch(url)).text()).toContain('topsecret');
    const { headers } = await publisher.call('GET', `/apis/${hidden.api.id}`);
    await publisher.call(
      'PATCH',
      `/apis/${hidden.api.id}`,
      { exposed: ['id'] },
      { 'if-match': headers.get('etag') ?? '' },
    );
    await waitFor('the change', async () => !(await (await fetch(url)).text()).includes('topsecret'));
  });

  it('expires', async () => {
    const url = await link({ expiresIn: 1 });
    await waitFor('the end', async () => (await statusOf(url)) === 410);
    expect(await (await fetch(url)).json()).toMatchObject({ code: 'link_expired' });
  });

  it('is none where anything of it is changed, and whoever tries many has to wait', async () => {
    const url = await link();
    const at = url.lastIndexOf('/') - 20;
    const other = url[at] === 'A' ? 'B' : 'A';
    const changed = [
      url.slice(0, at) + other + url.slice(at + 1),
      url.replace(/parquet$/, 'csv'),
      `${url}/x`,
      url.replace(/\/[^/]*$/, ''),
    ];
    for (const each of changed) expect(await statusFrom(OTHER_ADDRESS, each)).toBe(404);
    await waitFor('the limit', async () => (await statusFrom(OTHER_ADDRESS, changed[0] ?? '')) === 429);
    expect(await statusFrom(OTHER_ADDRESS, url)).toBe(200);
    expect(await statusOf(url, { method: 'POST' })).toBe(405);
  });

  it.each<[unknown, number]>([
    [{ format: 'xml' }, 422],
    [{ expiresIn: 86_401 }, 422],
    [{ expiresIn: 0 }, 422],
    [{ query: 'nothing=1' }, 400],
    [{ query: '_limit=3' }, 400],
    [{ unknown: 1 }, 422],
    ['text', 422],
    [null, 422],
  ])('is refused for %j at once', async (body, status) => {
    expect((await ask(body)).status).toBe(status);
  });

  const python = pythonRunner.missing === undefined ? it : it.skip;
  python(`is all that Polars needs to scan${skippedBecause(pythonRunner)}`, async () => {
    const program =
      'import os, polars\nrows = polars.scan_parquet(os.environ["LINK"]).filter(polars.col("city") == "city 7").select("id").collect()\nprint(len(rows), rows["id"].sum())';
    const { stdout, stderr } = await runProgram(pythonRunner, program, { LINK: await link() });
    const ids = Array.from({ length: ROWS }, (_, id) => id).filter((id) => id % 50 === 7);
    expect(stdout.trim() || stderr).toBe(`${ids.length} ${ids.reduce((sum, id) => sum + id, 0)}`);
  });

  (duckdbRunner.missing === undefined ? it : it.skip)(
    `is all that DuckDB needs to read${skippedBecause(duckdbRunner)}`,
    async () => {
      const program = `LOAD httpfs; SELECT count(*)::INTEGER AS rows FROM '${await link()}' WHERE city = 'city 7';`;
      const { stdout, stderr } = await runProgram(duckdbRunner, program, {});
      expect(stdout + stderr).toContain(`{"rows":${ROWS / 50}}`);
    },
  );
});
