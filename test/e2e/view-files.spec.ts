import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { asyncBufferFromUrl, parquetReadObjects } from 'hyparquet';
import { seeds } from '../measure/seeds';
import { duckdbRunner, pythonRunner, runProgram, skippedBecause } from '../support/programs';
import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROWS = 20_000;
const SLUG = 'view-files';

describe('the Parquet file of an API', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;
  let address: string;
  let whole: Buffer;

  beforeAll(async () => {
    const lines = Array.from({ length: ROWS }, (_, id) => `${id},city ${id % 50},${id / 4},not shown ${id * 7}`);
    open = await publisher.publish('View files', 'csv', `id,city,amount,secret\n${lines.join('\n')}\n`);
    const { headers } = await publisher.call('GET', `/apis/${open.api.id}`);
    const hidden = { exposed: ['id', 'city', 'amount'] };
    const changed = await publisher.call('PATCH', `/apis/${open.api.id}`, hidden, {
      'if-match': headers.get('etag') ?? '',
    });
    expect(changed.status).toBe(200);
    address = `${stack.url}/api/${SLUG}/_parquet`;
    await waitFor('the hidden field to be hidden', async () => {
      return !(await read(stack.url, `${SLUG}?_limit=1`, open.secret)).text.includes('secret');
    });
    whole = Buffer.from(await (await ask()).arrayBuffer());
  });

  const ask = (headers: Record<string, string> = {}, method = 'GET', secret = open.secret) =>
    fetch(address, { method, headers: { authorization: `Bearer ${secret}`, ...headers } });

  const rowsByPages = async () => {
    const rows: unknown[] = [];
    for (let next: string | null = `${SLUG}?_limit=1000`; next; ) {
      const { json }: { json: unknown } = await read(stack.url, next, open.secret);
      const page = json as { data: unknown[]; links: { next: string | null } };
      rows.push(...page.data);
      next = page.links.next?.slice('/api/'.length) ?? null;
    }
    return rows;
  };

  it('has exactly the rows of its pages, is told by its SHA-256, and holds nothing of what is hidden', async () => {
    const rows = await parquetReadObjects({ file: new Uint8Array(whole).buffer });
    const asPages = rows.map((row) => ({ ...row, id: Number(row.id) }));
    expect(asPages).toEqual(await rowsByPages());
    const { headers } = await ask({}, 'HEAD');
    const digest = createHash('sha256').update(whole).digest();
    expect(headers.get('etag')).toBe(`"${digest.toString('hex')}"`);
    expect(headers.get('repr-digest')).toBe(`sha-256=:${digest.toString('base64')}:`);
    expect(headers.get('content-length')).toBe(String(whole.length));
    expect(headers.get('accept-ranges')).toBe('bytes');
    expect(headers.get('content-range')).toBeNull();
    for (const word of ['secret', 'not shown']) expect(whole.includes(word)).toBe(false);
  });

  it('gives any range as the bytes of the file', async () => {
    const position = fc.nat(whole.length - 1);
    await fc.assert(
      fc.asyncProperty(position, position, async (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const answer = await ask({ range: `bytes=${from}-${to}` });
        expect(answer.status).toBe(206);
        expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to}/${whole.length}`);
        expect(answer.headers.get('content-encoding')).toBeNull();
        const bytes = Buffer.from(await answer.arrayBuffer());
        expect(bytes.equals(whole.subarray(from, to + 1))).toBe(true);
      }),
      { numRuns: seeds(60) },
    );
  });

  it('answers suffixes, several ranges, those beyond its end and conditions by the rules', async () => {
    const etag = (await ask({}, 'HEAD')).headers.get('etag') ?? '';
    const suffix = await ask({ range: 'bytes=-8' });
    expect(Buffer.from(await suffix.arrayBuffer()).equals(whole.subarray(-8))).toBe(true);
    const beyond = await ask({ range: `bytes=${whole.length}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`]);
    expect(await beyond.json()).toMatchObject({ code: 'range_not_satisfiable' });
    const part = await ask({ range: 'bytes=0-3' }, 'HEAD');
    expect([part.status, part.headers.get('content-length')]).toEqual([206, '4']);
    const cases: [Record<string, string>, number][] = [
      [{ range: 'bytes=0-1,4-5' }, 200],
      [{ range: 'rows=0-1' }, 200],
      [{ range: 'bytes=0-3', 'if-range': etag }, 206],
      [{ range: 'bytes=0-3', 'if-range': `W/${etag}` }, 200],
      [{ range: 'bytes=0-3', 'if-range': '"another"' }, 200],
      [{ range: 'bytes=0-3', 'if-none-match': etag }, 304],
      [{ 'accept-encoding': 'gzip, br' }, 200],
    ];
    for (const [headers, status] of cases) {
      const answer = await ask(headers);
      const told = [answer.status, answer.headers.get('content-encoding')];
      expect({ headers, told }).toEqual({ headers, told: [status, null] });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (status === 200) expect(bytes.equals(whole)).toBe(true);
    }
  });

  it('takes no query, and says what does', async () => {
    const answer = await fetch(`${address}?city=x`, { headers: { authorization: `Bearer ${open.secret}` } });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain('_export?_format=parquet');
  });

  it('is read by hyparquet, which fetches the end and the column that it needs', async () => {
    const requestInit = { headers: { authorization: `Bearer ${open.secret}` } };
    const file = await asyncBufferFromUrl({ url: address, requestInit });
    const rows = await parquetReadObjects({ file, columns: ['city'], rowStart: 0, rowEnd: 3 });
    expect(rows).toEqual([{ city: 'city 0' }, { city: 'city 1' }, { city: 'city 2' }]);
  });

  it('counts a range as a part of its rows', async () => {
    const limited = await publisher.token('Limited', { limits: { rowsPerDay: ROWS + 100 } });
    await publisher.assign(open.api.id, limited.token.id);
    const asked = (headers = {}) =>
      ask(headers, 'GET', limited.secret).then(async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      });
    await waitFor('the assignment', async () => (await asked({ range: 'bytes=0-0' })) === 206);
    expect(await asked()).toBe(200);
    await waitFor('the end of the quota', async () => (await asked()) === 429);
  });

  it('ends with the token, between two ranges', async () => {
    const { token, secret } = await publisher.token('Revoked reader');
    await publisher.assign(open.api.id, token.id);
    const next = () => ask({ range: 'bytes=0-3' }, 'GET', secret).then(({ status }) => status);
    await waitFor('the assignment', async () => (await next()) === 206);
    const { headers } = await publisher.call('GET', `/tokens/${token.id}`);
    await publisher.call('POST', `/tokens/${token.id}/revoke`, undefined, { 'if-match': headers.get('etag') ?? '' });
    await waitFor('the refusal', async () => (await next()) === 401, 1_000);
  });

  const python = pythonRunner.missing === undefined ? it : it.skip;
  python.each([
    [
      'pandas',
      'import pandas\nrows = pandas.read_parquet(url, storage_options=auth)\nprint(len(rows), int(rows["id"].sum()), float(rows["amount"].sum()))',
    ],
    [
      'pyarrow over fsspec',
      'import fsspec, pyarrow.parquet\nwith fsspec.open(url, headers=auth) as file:\n  rows = pyarrow.parquet.read_table(file, columns=["id", "amount"]).to_pandas()\nprint(len(rows), int(rows["id"].sum()), float(rows["amount"].sum()))',
    ],
  ])(`is read by %s${skippedBecause(pythonRunner)}`, async (_, program) => {
    const given = `import os\nurl = os.environ["ADDRESS"]\nauth = {"Authorization": "Bearer " + os.environ["SLUICE_TOKEN"]}\n`;
    const env = { ADDRESS: address, SLUICE_TOKEN: open.secret };
    const { stdout, stderr } = await runProgram(pythonRunner, given + program, env);
    const sum = (ROWS * (ROWS - 1)) / 2;
    expect(stdout.trim() || stderr).toBe(`${ROWS} ${sum} ${(sum / 4).toFixed(1)}`);
  });

  (duckdbRunner.missing === undefined ? it : it.skip)(
    `is read by DuckDB over httpfs${skippedBecause(duckdbRunner)}`,
    async () => {
      const program = `LOAD httpfs;
CREATE SECRET sluice (TYPE http, EXTRA_HTTP_HEADERS MAP {'Authorization': 'Bearer ${open.secret}'});
SELECT count(*)::INTEGER AS rows, sum(id)::BIGINT AS ids FROM read_parquet('${address}') WHERE city = 'city 7';`;
      const { stdout, stderr } = await runProgram(duckdbRunner, program, {});
      const ids = Array.from({ length: ROWS }, (__, id) => id).filter((id) => id % 50 === 7);
      const expected = { rows: ids.length, ids: ids.reduce((total, id) => total + id, 0) };
      expect(stdout + stderr).toContain(JSON.stringify([expected]).slice(1, -1));
    },
  );
});
