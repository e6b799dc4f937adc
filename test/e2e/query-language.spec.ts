import { answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const CSV = [
  'id,region,amount,day,city,tags',
  '1,EU,19.50,2026-01-05,Genève,"[""red"",""new""]"',
  '2,EU,250.00,2026-01-20,Paris,"[""red""]"',
  '3,US,1000.25,2026-02-01,New York,"{""size"":{""code"":""XL""},""n"":7}"',
  '4,,7.00,2026-02-03,Zürich,"[]"',
  '5,"Korea, Republic of",1.00,,Seoul,',
  '',
].join('\n');

interface Rows {
  data: Record<string, unknown>[];
  page: { nextCursor: string | null; total?: number };
  links: { self: string; next: string | null };
}

describe('the query language over HTTP', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret: string;

  beforeAll(async () => {
    const { id: datasetId } = await publisher.dataset('Sales');
    await publisher.version(datasetId, 'csv', CSV, `?types=${encodeURIComponent('{"tags":"json"}')}`);
    const api = await publisher.api({ name: 'Sales', datasetId, active: true });
    const issued = await publisher.token('Sales');
    await publisher.assign(api.id, issued.token.id);
    ({ secret } = issued);
  });

  const get = (search: string) => read(stack.url, `sales${search && `?${search}`}`, secret);
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    answerTo(`${stack.url}/api/sales/_query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const ids = (answer: { status: number; json: unknown }) => {
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
    return (answer.json as Rows).data.map(({ id }) => id);
  };

  it.each([
    ['amount__gte=250', [2, 3]],
    ['amount__gt=19.495&amount__lt=250', [1]],
    ['region__ne=EU', [3, 4, 5]],
    ['region__nin=EU&region__nin=US', [4, 5]],
    ['region__null=true', [4]],
    ['city__icontains=NEW', [3]],
    ['city__starts=P', [2]],
    ['city__contains=%25', []],
    ['day__gte=2026-02-01', [3, 4]],
    ['tags__has=red', [1, 2]],
    ['tags.size.code=XL', [3]],
    ['tags.n__gt=6.5', [3]],
    ['_q=zurich', [4]],
    ['_q=NEW%20us', [3]],
    [
      '_filter=%7B%22_or%22%3A%5B%7B%22id%22%3A1%7D%2C%7B%22_not%22%3A%7B%22amount%22%3A%7B%22lt%22%3A1000%7D%7D%7D%5D%7D',
      [1, 3],
    ],
  ])('filters by %s', async (search, expected) => {
    expect(ids(await get(search))).toEqual(expected);
  });

  it('takes lists as axios, URLSearchParams and a browser form write them, commas included', async () => {
    const axios = 'region__in[]=EU&region__in[]=Korea,+Republic+of';
    const repeated = new URLSearchParams([
      ['region__in', 'EU'],
      ['region__in', 'Korea, Republic of'],
    ]).toString();
    for (const search of [axios, repeated, 'region%5B%5D=EU&region%5B%5D=Korea%2C+Republic+of']) {
      expect(ids(await get(search))).toEqual([1, 2, 5]);
    }
    expect((await get(axios)).text).toBe((await get(repeated)).text);
  });

  it('groups, aggregates and orders groups', async () => {
    const answer = await get('_group=region,month(day):month&_agg=count:n,sum(amount),max(city)&_sort=-n&_limit=2');
    expect(answer.json).toMatchObject({
      data: [
        { region: 'EU', month: '2026-01-01', n: 2, sum_amount: 269.5, max_city: 'Paris' },
        { region: 'Korea, Republic of', month: null, n: 1 },
      ],
      page: { hasMore: true, total: 4 },
    });
    const { links } = answer.json as Rows;
    const next = await answerTo(`${stack.url}${links.next}`, { headers: { authorization: `Bearer ${secret}` } });
    expect((next.json as Rows).data.map(({ region }) => region)).toEqual(['US', null]);
    expect((next.json as Rows).links.next).toBeNull();
  });

  it('takes the same query as a body, and answers the same', async () => {
    const body = { filter: { amount: { gte: 7 } }, select: ['id'], sort: ['-amount'], limit: 2, count: 'exact' };
    const asked = await post(body);
    expect(asked.text).toBe((await get('amount__gte=7&_select=id&_sort=-amount&_limit=2&_count=exact')).text);
    expect(ids(asked)).toEqual([3, 2]);
    const { nextCursor } = (asked.json as Rows).page;
    expect(ids(await post({ ...body, cursor: nextCursor }))).toEqual([1, 4]);
    expect(await post({ ...body, sort: ['amount'], cursor: nextCursor })).toMatchObject({
      status: 400,
      json: { code: 'cursor_mismatch' },
    });
  });

  it('follows cursors through exactly the rows that it began with, while another version is published', async () => {
    const { id: datasetId } = await publisher.dataset('Moving');
    const file = (from: number) =>
      `id,kind,value\n${Array.from({ length: 40 }, (_, n) => `${from + n},${'ab'[n % 2]},${n % 7}`).join('\n')}\n`;
    await publisher.version(datasetId, 'csv', file(0));
    const api = await publisher.api({ name: 'Moving', datasetId, active: true });
    const issued = await publisher.token('Moving');
    await publisher.assign(api.id, issued.token.id);
    const page = async (search: string) => (await read(stack.url, `moving?${search}`, issued.secret)).json as Rows;
    for (const [round, search] of ['kind=a&_sort=-value', '_group=value&_agg=count,sum(id)&_sort=count'].entries()) {
      const whole = (await page(search)).data;
      const found: unknown[] = [];
      let next = await page(`${search}&_limit=3`);
      found.push(...next.data);
      await publisher.version(datasetId, 'csv', file(100 * (round + 1)));
      await waitFor('the new version', async () => JSON.stringify((await page(search)).data) !== JSON.stringify(whole));
      while (next.page.nextCursor !== null) {
        next = await page(`${search}&_limit=3&_cursor=${next.page.nextCursor}`);
        found.push(...next.data);
      }
      expect(found).toEqual(whole);
    }
  });

  it('reads a list of a thousand values from a body, and leads on from there', async () => {
    const body = { filter: { id: { in: Array.from({ length: 1000 }, (_, index) => index) } }, limit: 2 };
    const asked = await post(body);
    expect(ids(asked)).toEqual([1, 2]);
    expect((asked.json as Rows).links.next?.length ?? 0).toBeLessThan(16_000);
    expect(ids(await post({ ...body, cursor: (asked.json as Rows).page.nextCursor }))).toEqual([3, 4]);
  });

  it('hears every fault at once, in the query string and in a body', async () => {
    const answer = await get('regoin=EU&amount__gte=x&_limit=5000&_sotr=id&id__contains=1&_filter={"_or":[{"dya":1}]}');
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_query' } });
    const { errors } = answer.json as { errors: unknown[] };
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ in: 'query', name: 'regoin', hint: 'did you mean region?' }),
        expect.objectContaining({ name: 'amount__gte', code: 'invalid_value' }),
        expect.objectContaining({ name: '_limit', max: 1000 }),
        expect.objectContaining({ name: '_sotr', hint: 'did you mean _sort?' }),
        expect.objectContaining({ name: 'id__contains', allowed: expect.arrayContaining(['gte']) }),
        expect.objectContaining({ name: '_filter', pointer: '/_or/0/dya', hint: 'did you mean day?' }),
      ]),
    );
    expect(await post({ filter: { regoin: 'EU' }, limit: 5000 })).toMatchObject({
      status: 400,
      json: {
        errors: [
          { in: 'body', pointer: '/filter/regoin' },
          { in: 'body', pointer: '/limit', max: 1000 },
        ],
      },
    });
    expect((await post('{"limit":')).status).toBe(400);
    expect((await post('limit=5', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('tells what can be asked in _schema, and documents it in _openapi.json', async () => {
    const schema = await read(stack.url, 'sales/_schema', secret);
    expect(schema).toMatchObject({
      status: 200,
      json: {
        fields: expect.arrayContaining([
          expect.objectContaining({
            name: 'amount',
            type: 'number',
            sortable: true,
            aggregates: expect.arrayContaining(['sum']),
          }),
          expect.objectContaining({ name: 'tags', type: 'json', operators: ['null', 'has'] }),
        ]),
        limits: { maxLimit: 1000, maxOffset: 10_000, maxInValues: 1000 },
      },
    });
    const document = await read(stack.url, 'sales/_openapi.json', secret);
    const { paths } = document.json as { paths: Record<string, { get?: { parameters: { name: string }[] } }> };
    const addresses = [
      '',
      '/_export',
      '/_parquet',
      '/_links',
      '/_changes',
      '/_query',
      '/_schema',
      '/_openapi.json',
      '/_datapackage.json',
      '/_croissant.json',
    ].map((name) => `/api/sales${name}`);
    expect(Object.keys(paths)).toEqual(addresses);
    const parameters = paths['/api/sales']?.get?.parameters ?? [];
    expect(parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'amount__gte', schema: expect.objectContaining({ type: 'number' }) }),
        expect.objectContaining({
          name: 'region__in',
          explode: true,
          schema: expect.objectContaining({ type: 'array' }),
        }),
        expect.objectContaining({ name: '_filter', content: { 'application/json': expect.anything() } }),
      ]),
    );
    expect(parameters.length).toBeLessThanOrEqual(150);
  });

  it('answers methods and sub-resources that do not exist with 405 and 404, after the token', async () => {
    const headers = { authorization: `Bearer ${secret}` };
    const wrong = await fetch(`${stack.url}/api/sales/_query`, { headers });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    const posted = await fetch(`${stack.url}/api/sales/_schema`, { method: 'POST', headers });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${stack.url}/api/sales/_nothing`, { headers })).status).toBe(404);
    expect((await fetch(`${stack.url}/api/nothing/_schema`, { headers })).status).toBe(404);
    expect((await fetch(`${stack.url}/api/sales/_schema`)).status).toBe(401);
    expect((await fetch(`${stack.url}/api/sales/_query`, { method: 'POST', body: '{' })).status).toBe(401);
    const other = await publisher.token('Other');
    expect((await read(stack.url, 'sales/_schema', other.secret)).status).toBe(403);
  });
});
