import { gzipSync } from 'node:zlib';
import { ordersOn, type PageOfOrders } from '../support/orders';
import { answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('an endpoint that takes rows', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  const orders = ordersOn(stack, 'Orders');

  it('answers once the rows are there, and the next read on the same gateway has them', async () => {
    const { sent, rows, dataset } = await orders();
    const answer = await sent([{ order_id: 3, region: 'EU', amount: 30.75, day: '2026-01-03' }, { order_id: 4 }]);
    expect(answer).toMatchObject({ accepted: 2, rejected: 0, dataset: dataset.id, version: 1 });
    const page = await rows();
    expect(page.data.map(({ order_id }) => order_id)).toEqual([1, 2, 3, 4]);
    expect(page.data[2]).toEqual({ order_id: 3, region: 'EU', amount: 30.75, day: '2026-01-03' });
    expect(page.data[3]).toEqual({ order_id: 4, region: null, amount: null, day: null });
    expect(page).toMatchObject({ page: { total: 4 }, meta: { snapshot: answer.snapshot } });
  });

  it('serves what was sent to every kind of query, in every format', async () => {
    const { sent, rows, path, secret } = await orders();
    await sent(
      Array.from({ length: 300 }, (_, i) => ({ order_id: 100 + i, region: i % 2 ? 'EU' : 'US', amount: i / 4 })),
    );
    expect((await rows('?order_id=250')).data).toMatchObject([{ order_id: 250, amount: 37.5 }]);
    expect((await rows('?_sort=-order_id&_limit=2')).data.map(({ order_id }) => order_id)).toEqual([399, 398]);
    expect((await rows('?amount__gte=74&_count=exact&_limit=1')).page.total).toBe(4);
    const groups = await rows('?_group=region&_agg=count,max(order_id)&_sort=region');
    expect(groups.data.map(({ count }) => count)).toEqual([151, 151]);
    const csv = await read(stack.url, `${path}/_export?_format=csv`, secret);
    expect(csv.text.trim().split(/\r?\n/)).toHaveLength(303);
    const ids: unknown[] = [];
    for (let search: string | null = '?_limit=97'; search; ) {
      const page: PageOfOrders = await rows(search);
      ids.push(...page.data.map(({ order_id }) => order_id));
      search = page.page.nextCursor && `?_limit=97&_cursor=${page.page.nextCursor}`;
    }
    expect(ids).toEqual([1, 2, ...Array.from({ length: 300 }, (_, i) => 100 + i)]);
  });

  it('shows the rows through the other gateway at once to whoever names the snapshot, to all within a second', async () => {
    const { sent, rows } = await orders();
    const other = stack.gateways[1] ?? '';
    await rows('', {}, other);
    for (let round = 0; round < 5; round++) {
      const { snapshot } = await sent({ order_id: 10 + round });
      const named = await rows('', { 'sluice-min-snapshot': snapshot }, other);
      expect(named.data.map(({ order_id }) => order_id)).toContain(10 + round);
    }
    const startMs = performance.now();
    const { snapshot } = await sent({ order_id: 99 });
    await waitFor('the row', async () => (await rows('', {}, other)).meta.snapshot === snapshot);
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  it('is in the rows and the downloads of the version, for publishers who look into it', async () => {
    const { sent, dataset } = await orders();
    const { version } = await sent({ order_id: 77 });
    const at = `/datasets/${dataset.id}/versions/${version}`;
    await waitFor('the row', async () => {
      const { json } = await publisher.call('GET', `${at}/rows?order_id=77`);
      return (json as { data: object[] }).data.length === 1;
    });
    const { text } = await publisher.call('GET', `${at}/export?_format=csv&order_id=77&_select=order_id`);
    expect(text.trim().split(/\r?\n/)).toEqual(['order_id', '77']);
  });

  it('goes on in the snapshot of a cursor, whatever is sent meanwhile', async () => {
    const { sent, rows } = await orders();
    const { page, meta } = await rows('?_limit=1');
    await sent([{ order_id: 3 }]);
    const second = await rows(`?_limit=1&_cursor=${page.nextCursor}`);
    expect(second).toMatchObject({ data: [{ order_id: 2 }], page: { nextCursor: null }, meta });
  });

  it('changes the ETag with every send, and answers 304 in between', async () => {
    const { sent, path, secret } = await orders();
    const first = await read(stack.url, path, secret);
    const held = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await read(stack.url, path, secret, held)).status).toBe(304);
    await sent({ order_id: 3 });
    expect((await read(stack.url, path, secret, held)).status).toBe(200);
  });

  it('refuses a request with any bad row whole, and says what is wrong where', async () => {
    const { post, rows } = await orders({
      fields: { order_id: { required: true, min: 1 }, region: { oneOf: ['EU', 'US'] } },
    });
    const answer = await post([{ order_id: 3 }, { order_id: 0, region: 'XX' }, { region: 'EU', amonut: 1 }]);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_rows' } });
    const { errors } = answer.json as { errors: { pointer: string; code: string }[] };
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/1/order_id too_small',
      '/1/region not_one_of',
      '/2/order_id required',
      '/2/amonut unknown_field',
    ]);
    expect((await rows()).page.total).toBe(2);
  });

  it('keeps the valid rows for a lenient sender, where the API allows it', async () => {
    const strict = await orders();
    const lenient = await orders({ lenient: true });
    const body = [{ order_id: 3 }, { order_id: 'x' }];
    const prefer = { prefer: 'handling=lenient' };
    expect((await strict.post(body, prefer)).status).toBe(422);
    const answer = await lenient.post(body, prefer);
    expect(answer).toMatchObject({
      status: 201,
      json: { accepted: 1, rejected: 1, errors: [{ pointer: '/1/order_id' }] },
    });
    expect(answer.headers.get('preference-applied')).toBe('handling=lenient');
    expect((await lenient.rows()).page.total).toBe(3);
  });

  it('does what a key names once, and answers the same every time', async () => {
    const { post, rows } = await orders();
    const key = { 'idempotency-key': '"order-3"' };
    const first = await post({ order_id: 3 }, key);
    const again = await post({ order_id: 3 }, { 'idempotency-key': 'order-3' }, stack.gateways[1]);
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await post({ order_id: 4 }, key)).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
    expect((await rows()).data.map(({ order_id }) => order_id)).toEqual([1, 2, 3]);
  });

  it('has one effect for twenty equal requests at once', async () => {
    const { post, rows } = await orders();
    const key = { 'idempotency-key': 'all-at-once' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post({ order_id: 3 }, key, stack.gateways[i % 2])),
    );
    const good = answers.filter(({ status }) => status === 201);
    expect(good.length).toBeGreaterThan(0);
    expect(new Set(good.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    expect((await rows()).page.total).toBe(3);
  });

  it('loses and doubles nothing of twenty senders at once', async () => {
    const { post, rows } = await orders();
    const sends = Array.from({ length: 20 }, (_, sender) =>
      Array.from({ length: 10 }, (_, i) => ({ order_id: 1_000 + sender * 10 + i })),
    );
    const answers = await Promise.all(
      sends.map(async (batch, i) => {
        const statuses: number[] = [];
        for (const row of batch) statuses.push((await post(row, {}, stack.gateways[i % 2])).status);
        return statuses;
      }),
    );
    expect(answers.flat()).toEqual(Array(200).fill(201));
    const { data } = await rows('?order_id__gte=1000&_limit=1000');
    expect(data.map(({ order_id }) => Number(order_id)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, i) => 1_000 + i),
    );
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }, 'x', 415],
    ['no type', { 'content-type': '' }, 'x', 415],
    ['a coding nobody asked for', { 'content-encoding': 'br' }, '{}', 415],
    ['broken gzip', { 'content-encoding': 'gzip' }, 'no gzip', 400],
    ['broken JSON', {}, '{"order_id":', 400],
    ['45,000 levels', {}, '[{"order_id": '.repeat(45_000), 400],
    ['an empty key', { 'idempotency-key': '' }, '{}', 400],
    ['a key that no header should have', { 'idempotency-key': 'k'.repeat(300) }, '{}', 400],
    ['a gzip bomb', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000, 0x20)), 413],
    ['more than 10 MB', {}, Buffer.alloc(11_000_000, 0x20), 413],
    ['10,001 rows', {}, `[${Array(10_001).fill('{"order_id":1}')}]`, 413],
  ])('refuses %s', async (_, headers, body, status) => {
    const { post, rows } = await orders();
    expect((await post(body, headers)).status).toBe(status);
    expect((await rows()).page.total).toBe(2);
  });

  it('takes neither parameters, nor another token, nor a GET where only POST is', async () => {
    const { path, secret, token, apis } = await orders();
    const [reading] = apis;
    const url = `${stack.url}/api/${path}`;
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    expect(await answerTo(`${url}?order_id=1`, { method: 'POST', headers, body: '{}' })).toMatchObject({ status: 400 });
    const stranger = await publisher.token('Stranger to orders');
    const foreign = { ...headers, authorization: `Bearer ${stranger.secret}` };
    expect(await answerTo(url, { method: 'POST', headers: foreign, body: '{}' })).toMatchObject({ status: 403 });
    await publisher.call('DELETE', `/apis/${reading?.id}`);
    const answer = await waitFor('no GET', async () => {
      const got = await answerTo(url, { headers });
      return got.status === 405 ? got : undefined;
    });
    expect(answer.headers.get('allow')).toBe('POST');
    expect((await answerTo(`${url}/_schema`, { headers })).json).toMatchObject({
      row: { properties: { order_id: {} } },
    });
    expect(token.id).toMatch(/^tok_/);
  });

  it('can be tried in place: a trial run checks and writes nothing', async () => {
    const { apis, rows } = await orders({ fields: { order_id: { required: true } } });
    const test = (body: object) => publisher.call('POST', `/apis/${apis[1]?.id}/test`, body);
    expect((await test({ body: [{ order_id: 7 }] })).json).toMatchObject({
      request: { method: 'POST', headers: { 'Content-Type': 'application/json' } },
      response: { status: 200, body: expect.stringContaining('"accepted":1') },
    });
    expect((await test({ body: [{}] })).json).toMatchObject({
      response: { status: 422, body: expect.stringContaining('/0/order_id') },
    });
    expect((await rows()).page.total).toBe(2);
    expect((await test({ body: 'order_id\n7\n', contentType: 'text/csv', dryRun: false })).json).toMatchObject({
      response: { status: 201 },
    });
    expect((await rows()).page.total).toBe(3);
  });

  it('holds what is sent after a new version against its fields', async () => {
    const { dataset, post, sent, rows } = await orders();
    await sent({ order_id: 3 });
    await publisher.version(dataset.id, 'csv', 'order_id,region,amount,day,note\n1,EU,10.50,2026-01-01,x\n');
    const answer = await waitFor('the new version', async () => {
      const got = await post({ order_id: 4, note: 'new' });
      return got.status === 201 ? got : undefined;
    });
    expect(answer.json).toMatchObject({ version: 2 });
    const page = await waitFor('its rows', async () => {
      const got = await rows();
      return got.data.length === 2 ? got : undefined;
    });
    expect(page.data[1]).toMatchObject({ order_id: 4, note: 'new' });
  });
});
