import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROWS = 400_000;
const STALLED_MS = 35_000;
/** Exports of one caller that may be open; one of them is made at a time. */
const OPEN_EACH = 4;
const MAX_GROWTH_KB = 150_000;

describe('the formats of an API', () => {
  const stack = useStack({
    env: {
      SLUICE_EXPORTS: '1',
      SLUICE_OPEN_EXPORTS: String(4 * OPEN_EACH),
      SLUICE_EXPORTS_PER_TOKEN: '100',
    },
  });
  const publisher = new Publisher(stack);
  let small: Awaited<ReturnType<Publisher['publish']>>;
  let large: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    const file = 'id,name,at\n9007199254740993,"a ""b""",2026-01-31T10:00:00Z\n2,,\n3,"",2026-02-01T00:00:00Z\n';
    small = await publisher.publish('Small', 'csv', file);
    const lines = Array.from({ length: ROWS }, (_, id) => {
      return `${id},${createHash('sha256').update(String(id)).digest('hex')}`;
    });
    large = await publisher.publish('Large', 'csv', `id,text\n${lines.join('\n')}\n`);
  }, 90_000);

  const get = (path: string, headers: Record<string, string> = {}) => read(stack.url, path, small.secret, headers);

  /** The bytes of an answer as they come, with its trailers. */
  function open(path: string, secret: string, headers: Record<string, string> = {}) {
    return new Promise<{ request: ClientRequest; response: IncomingMessage }>((resolve, reject) => {
      const request = httpRequest(`${stack.url}/api/${path}`, {
        headers: { authorization: `Bearer ${secret}`, ...headers },
        agent: false,
      });
      request.on('response', (response) => resolve({ request, response })).on('error', reject);
      request.end();
    });
  }

  async function whole(response: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    // One that broke before anybody read it ends here without an error.
    if (!response.complete) throw new Error('the transfer broke');
    return Buffer.concat(chunks);
  }

  const download = async (path: string, secret: string) => {
    const { response } = await open(path, secret);
    return { body: await whole(response), response };
  };

  it('are chosen by _format or by Accept, and what is not there is a 406 that tells what is', async () => {
    const types = {
      json: 'application/json; charset=utf-8',
      ndjson: 'application/x-ndjson; charset=utf-8',
      csv: 'text/csv; charset=utf-8; header=present',
      xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      parquet: 'application/vnd.apache.parquet',
      arrow: 'application/vnd.apache.arrow.stream',
    };
    for (const [format, type] of Object.entries(types)) {
      const named = await get(`small?_format=${format}&_limit=2`);
      expect(named.headers.get('content-type')).toBe(type);
      expect(named.headers.get('link')).toMatch(/rel="next"/);
      const accepted = await get('small?_limit=2', { accept: type });
      expect(accepted.headers.get('content-type')).toBe(type);
      if (format !== 'json') expect(accepted.text).toBe(named.text);
      expect((await get(`small?_format=${format}`, { accept: 'image/png' })).status).toBe(200);
    }
    expect(await get('small', { accept: 'image/png' })).toMatchObject({
      status: 406,
      json: { code: 'not_acceptable', detail: expect.stringContaining('text/csv') },
    });
    expect(await get('small?_bom=true')).toMatchObject({ status: 400, json: { errors: [{ name: '_bom' }] } });
  });

  it('are pages that follow each other, and are held by the caller, in each', async () => {
    const first = await get('small?_limit=2', { accept: 'text/csv' });
    expect(first.text).toBe('id,name,at\r\n9007199254740993,"a ""b""",2026-01-31T10:00:00Z\r\n2,,\r\n');
    const next = /<\/api\/([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await get(next, { accept: 'text/csv' });
    expect(second.text).toBe('id,name,at\r\n3,"",2026-02-01T00:00:00Z\r\n');
    expect(second.headers.get('link')).not.toContain('next');
    const tag = first.headers.get('etag') ?? '';
    expect((await get('small?_limit=2', { accept: 'text/csv', 'if-none-match': tag })).status).toBe(304);
    expect((await get('small?_limit=2', { 'if-none-match': tag })).status).toBe(200);
  });

  it('are read back by their readers with exact values', async () => {
    const arrow = tableFromIPC((await download('small?_format=arrow', small.secret)).body);
    expect(arrow.getChild('id')?.get(0)).toBe(9007199254740993n);
    expect([...(arrow.getChild('name') ?? [])]).toEqual(['a "b"', null, '']);
    const { body } = await download('small/_export?_format=parquet', small.secret);
    const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer;
    expect(await parquetReadObjects({ file })).toEqual([
      { id: 9007199254740993n, name: 'a "b"', at: new Date('2026-01-31T10:00:00Z') },
      { id: 2n, name: null, at: null },
      { id: 3n, name: '', at: new Date('2026-02-01T00:00:00Z') },
    ]);
    const csv = (await download('small/_export?_format=csv', small.secret)).body;
    const again = await publisher.publish('Small again', 'csv', csv);
    const ofBoth = [await get('small?_shape=array'), await read(stack.url, 'small-again?_shape=array', again.secret)];
    expect(ofBoth[1]?.text).toBe(ofBoth[0]?.text);
  });

  it.each(['ndjson', 'csv', 'json', 'arrow', 'parquet'])(
    'export every row in %s, with their number behind them',
    async (format) => {
      const { body, response } = await download(`large/_export?_format=${format}`, large.secret);
      expect(response.trailers['sluice-row-count']).toBe(String(ROWS));
      const extension = format === 'arrow' ? 'arrows' : format;
      expect(response.headers['content-disposition']).toBe(`attachment; filename="large-v1.${extension}"`);
      const count = {
        ndjson: () => body.toString().split('\n').length - 1,
        csv: () => body.toString().split('\r\n').length - 2,
        json: () => (JSON.parse(body.toString()) as unknown[]).length,
        arrow: () => tableFromIPC(body).numRows,
        parquet: () => ROWS,
      }[format];
      expect(count?.()).toBe(ROWS);
    },
  );

  it('export a sorted and filtered result, packed where the caller takes that', async () => {
    const path = 'large/_export?_format=ndjson&_sort=-id&id__lt=150000&_select=id';
    const answer = await read(stack.url, path, large.secret, { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const lines = answer.text.trimEnd().split('\n');
    expect(lines).toHaveLength(150_000);
    expect(lines[0]).toBe('{"id":149999}');
    const grouped = await get('small/_export?_format=csv&_group=name&_agg=count');
    expect(grouped.text).toBe('name,count\r\n"",1\r\n"a ""b""",1\r\n,1\r\n');
    const { json } = await get('small/_export?_limit=1&_cursor=c1_x');
    expect(json).toMatchObject({ status: 400 });
    const { json: both } = await get('small/_export?_limit=1&nothing=1');
    expect((both as { errors: { name: string }[] }).errors.map(({ name }) => name)).toEqual(['_limit', 'nothing']);
  });

  const memoryKb = () => {
    const status = readFileSync(`/proc/${stack.pid('gateway-1')}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  };

  it('are made for others while readers take nothing, are so many of one caller, and a reader that stops is dropped', async () => {
    const path = 'large/_export?_format=json';
    const stalled = await Promise.all(Array.from({ length: OPEN_EACH }, () => open(path, large.secret)));
    const beforeKb = memoryKb();
    const startedMs = performance.now();
    const refused = await read(stack.url, path, large.secret);
    expect(refused).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // Large or small, of another caller: nobody waits for those who do not read.
    const other = await publisher.token('Beside readers');
    await publisher.assign(large.api.id, other.token.id);
    await waitFor('the assignment', async () => (await read(stack.url, 'large?_limit=1', other.secret)).status === 200);
    const { response } = await download('large/_export?_format=ndjson', other.secret);
    expect(response.trailers['sluice-row-count']).toBe(String(ROWS));
    expect((await get('small/_export?_format=csv')).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(STALLED_MS);
    // Short reads go on beside them.
    expect((await read(stack.url, 'large?_limit=10&_offset=77', large.secret)).status).toBe(200);
    await waitFor(
      'a place',
      async () => (await read(stack.url, `${path}&id__lt=3`, large.secret)).status === 200,
      STALLED_MS,
    );
    expect(performance.now() - startedMs).toBeGreaterThan(10_000);
    expect(memoryKb() - beforeKb).toBeLessThan(MAX_GROWTH_KB);
    // Those whose 30 s are not over to the millisecond are read again from here on, and then complete.
    const outcomes = await Promise.allSettled(stalled.map(({ response }) => whole(response)));
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
  });

  it('give their places back when a caller leaves', async () => {
    for (let round = 0; round < 3 * OPEN_EACH; round++) {
      const opened = await waitFor('a place', async () => {
        const { request, response } = await open('large/_export?_format=csv', large.secret);
        if (response.statusCode === 200) return request;
        response.resume();
        return null;
      });
      opened.on('error', () => {}).destroy();
    }
  });

  it('are broken transfers when the catalogue dies midway', async () => {
    const { response } = await waitFor('an export', async () => {
      const opened = await open('large/_export?_format=json', large.secret);
      if (opened.response.statusCode === 200) return opened;
      opened.response.resume();
      return null;
    });
    await stack.kill('catalogue-1');
    await expect(whole(response)).rejects.toThrow();
    await stack.ready();
  });
});
