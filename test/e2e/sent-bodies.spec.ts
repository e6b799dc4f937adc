import { gzipSync } from 'node:zlib';
import { ordersOn } from '../support/orders';
import { answerTo, Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('an endpoint that takes rows, of their bodies', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  const orders = ordersOn(stack, 'Bodies');

  it('takes one object, NDJSON, CSV and gzip alike', async () => {
    const { post, rows } = await orders();
    const row = { order_id: 3, region: 'EU', amount: 1.5, day: '2026-02-01' };
    const ndjson = `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`;
    const csv = 'day,order_id,region,amount\r\n2026-02-01,3,EU,1.5\r\n';
    for (const [body, headers] of [
      [row, {}],
      [ndjson, { 'content-type': 'application/x-ndjson' }],
      [csv, { 'content-type': 'text/csv; charset=utf-8' }],
      [gzipSync(csv), { 'content-type': 'text/csv', 'content-encoding': 'gzip' }],
    ] as const) {
      expect((await post(body, headers)).status).toBe(201);
    }
    const { data } = await rows('?order_id=3');
    expect(data).toEqual(Array(5).fill(row));
  });

  it.each([
    ['LF', 'a\nb', ['\n']],
    ['CRLF', 'a\r\nb', ['\r\n']],
    ['CR', 'a\rb', ['\r']],
    ['mixed', 'a\nb\r', ['\r\n', '\r', '\n']],
  ])('stores from CSV with %s at line ends what an import of the same bytes stores', async (_, cell, ends) => {
    const { dataset, post, rows } = await orders();
    const lines = ['\ufefforder_id,region,amount,day', `3,"${cell}",,`, '', '4,"",1.5,2026-01-01', '5,,2,'];
    const body = lines.map((line, index) => line + ends[index % ends.length]).join('');
    expect(await post(body, { 'content-type': 'text/csv' })).toMatchObject({ status: 201, json: { accepted: 3 } });
    const sent = (await rows('?order_id__gte=3')).data;
    expect(sent.map(({ region }) => region)).toEqual([cell, '', null]);
    await publisher.version(dataset.id, 'csv', body);
    expect((await waitFor('the import', async () => (await rows()).data.length === 3 && (await rows()))).data).toEqual(
      sent,
    );
  });

  it.each([
    ['CR', '\r'],
    ['LF', '\n'],
  ])('charges CSV with %s at line ends by its rows, and refuses more than the token has left', async (_, end) => {
    const { path, apis, rows } = await orders();
    const { token, secret } = await publisher.token(`Two rows a day, ${end.charCodeAt(0)}`, {
      limits: { rowsPerDay: 2 },
    });
    for (const api of apis) await publisher.assign(api.id, token.id);
    const post = (ids: readonly number[]) =>
      answerTo(`${stack.url}/api/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'text/csv' },
        body: ['order_id', ...ids, ''].join(end),
      });
    expect(await post([3, 4, 5, 6, 7])).toMatchObject({
      status: 429,
      json: { code: 'quota_exceeded', 'violated-policies': ['rows-day'] },
    });
    expect((await post([3, 4])).status).toBe(201);
    expect((await post([5])).status).toBe(429);
    expect((await rows()).data.map(({ order_id }) => order_id)).toEqual([1, 2, 3, 4]);
  });
});
