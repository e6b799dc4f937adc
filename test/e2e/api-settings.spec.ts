import type { Api } from '@sluice/contracts/registry/apis';
import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

/** `hushed` and `owner` are for the publisher's eyes only. */
const CSV = [
  'id,region,amount,hushed,owner',
  '1,EU,19.50,classified one,north',
  '2,US,7.25,classified two,north',
  '3,EU,1000.25,classified three,south',
  '4,EU,3.00,classified four,north',
  '',
].join('\n');
const HIDDEN = /hushed|owner|classified|north|south/;

interface Rows {
  data: Record<string, unknown>[];
  page: { nextCursor: string; total?: number };
  links: { next: string };
}

describe('an API with settings of its own', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);

  /** A live API over the table, with these settings, and how a consumer reads it. */
  const open = async (name: string, settings: Record<string, unknown> = {}) => {
    const { id: datasetId } = await publisher.dataset(name);
    await publisher.version(datasetId, 'csv', CSV);
    const api = await publisher.api({ name, datasetId, active: true, ...settings });
    const { token, secret } = await publisher.token(name);
    await publisher.assign(api.id, token.id);
    const get = (query = '', headers: Record<string, string> = {}) =>
      read(stack.url, `${api.path}${query}`, secret, headers);
    const rows = async (query = '') => {
      const answer = await get(query);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json as Rows;
    };
    const ids = async (query = '') => (await rows(query)).data.map(({ id }) => id);
    return { api, secret, get, rows, ids };
  };
  const patch = async (api: Api, change: object): Promise<Answer> => {
    const { headers } = await publisher.call('GET', `/apis/${api.id}`);
    return publisher.call('PATCH', `/apis/${api.id}`, change, { 'if-match': headers.get('etag') ?? '' });
  };
  const managed = async (api: Api) => (await publisher.call('GET', `/apis/${api.id}`)).json as Api;

  describe('that hides fields', () => {
    let hiding: Awaited<ReturnType<typeof open>>;

    beforeAll(async () => {
      hiding = await open('Hiding', { exposed: ['amount', 'id', 'region'], rowFilter: { owner: 'north' } });
    });

    it('gives the others in the order that was set, and only rows that its filter lets through', async () => {
      const { text, json } = await hiding.get();
      expect(text).toContain('{"data":[{"amount":19.5,"id":1,"region":"EU"}');
      expect(text).not.toMatch(HIDDEN);
      expect(json).toMatchObject({ page: { returned: 3, total: 3 } });
      expect(await hiding.ids()).toEqual([1, 2, 4]);
    });

    it.each([
      'NAME=classified+one',
      'NAME__contains=classified',
      'NAME__null=true',
      '_select=id,NAME',
      '_sort=-NAME',
      '_group=NAME',
      '_agg=count_distinct(NAME)',
      '_agg=min(NAME)',
      '_filter={"_or":[{"id":1},{"NAME":{"starts":"class"}}]}',
      'NAME.key=1',
    ])('answers %s as if there were no such field', async (query) => {
      const hidden = await hiding.get(`?${query.replace('NAME', 'hushed')}`);
      const unknown = await hiding.get(`?${query.replace('NAME', 'unsaid')}`);
      const errors = ({ json }: Answer) => JSON.stringify((json as { errors: unknown }).errors);
      expect(hidden.status).toBe(400);
      expect(errors(hidden).replaceAll('hushed', 'unsaid')).toBe(errors(unknown));
      expect(errors(hidden)).not.toMatch(/owner|classified/);
    });

    it('answers a query in a body in the same way', async () => {
      const ask = (body: object) =>
        answerTo(`${stack.url}/api/hiding/_query`, {
          method: 'POST',
          headers: { authorization: `Bearer ${hiding.secret}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      expect((await ask({ select: ['hushed'] })).status).toBe(400);
      expect((await ask({ filter: { hushed: 'classified one' } })).status).toBe(400);
      expect(await ask({ sort: ['amount'] })).toMatchObject({ status: 200, json: { page: { returned: 3 } } });
    });

    it('does not look for words in hidden fields', async () => {
      expect(await hiding.ids('?_q=classified')).toEqual([]);
      expect(await hiding.ids('?_q=us')).toEqual([2]);
    });

    it('does not tell of them in its schema, its documents and their examples', async () => {
      const headers = { authorization: `Bearer ${hiding.secret}` };
      const documents = await Promise.all([
        hiding.get('/_schema'),
        hiding.get('/_openapi.json'),
        answerTo(`${stack.url}/docs/apis/hiding/openapi.json`, { headers }),
      ]);
      for (const { status, text } of documents) {
        expect(status).toBe(200);
        expect(text).toContain('amount');
        expect(text).not.toMatch(HIDDEN);
      }
      expect(documents[1]).toMatchObject({
        json: { components: { schemas: { Row: { example: { amount: 19.5, id: 1, region: 'EU' } } } } },
      });
      expect(documents[0].text).not.toContain('1000.25');
    });

    it('has no tag for what cannot be asked, whatever the caller holds', async () => {
      const tag = (await hiding.get()).headers.get('etag') ?? '';
      const answer = await hiding.get('?hushed=classified+one', { 'if-none-match': `${tag}, *` });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('etag')).toBeNull();
      expect(answer.headers.get('last-modified')).toBeNull();
    });

    it('lets nothing in a query widen the row filter', async () => {
      expect(await hiding.ids('?_filter={"_or":[{"id":3},{"_not":{"id":3}}]}')).toEqual([1, 2, 4]);
      expect(await hiding.ids('?id=3')).toEqual([]);
      expect((await hiding.get('?owner=south')).status).toBe(400);
      expect((await hiding.rows('?_agg=count:n,max(amount)')).data).toEqual([{ n: 3, max_amount: 19.5 }]);
      expect((await hiding.rows('?amount__gt=5&_count=exact&_limit=1')).page.total).toBe(2);
    });
  });

  it('that begins to hide a field hides it from whoever saw it before', async () => {
    const { api, get, rows } = await open('Turning');
    const before = await get('?_limit=1');
    expect(before.text).toContain('classified one');
    expect((await get('/_openapi.json')).text).toContain('classified one');
    const { nextCursor } = (before.json as Rows).page;
    expect((await patch(api, { exposed: ['id'] })).status).toBe(200);
    await waitFor('the change', async () => Object.keys((await rows()).data[0] ?? {}).join() === 'id');
    expect((await get('/_openapi.json')).text).not.toMatch(HIDDEN);
    expect(await get(`?_limit=1&_cursor=${nextCursor}`)).toMatchObject({
      status: 400,
      json: { code: 'cursor_mismatch' },
    });
    const again = await get('?_limit=1', { 'if-none-match': before.headers.get('etag') ?? '' });
    expect(again).toMatchObject({ status: 200, json: { data: [{ id: 1 }] } });
  });

  it('takes its page sizes, order, filters and groups from the publisher', async () => {
    const { get, ids, rows } = await open('Bounded', {
      defaultSort: ['-amount'],
      limits: { defaultPage: 2, maxPage: 3 },
      filterable: ['region'],
      operators: { region: ['eq'] },
      sortable: ['amount'],
      aggregation: false,
    });
    expect(await ids()).toEqual([3, 1]);
    const { next } = (await rows()).links;
    expect(await ids(next.replace('/api/bounded', ''))).toEqual([2, 4]);
    expect(await ids('?region=EU&_sort=amount&_limit=3')).toEqual([4, 1, 3]);
    expect((await get('?id=1&region__ne=EU&_sort=id&_limit=4&_agg=count')).json).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ name: 'id', code: 'not_filterable' }),
        expect.objectContaining({ name: 'region__ne', allowed: ['eq'] }),
        expect.objectContaining({ name: '_sort', code: 'not_sortable' }),
        expect.objectContaining({ name: '_limit', max: 3 }),
        expect.objectContaining({ name: '_agg', code: 'not_allowed' }),
      ]),
    });
  });

  it('feeds its row filter from named parameters', async () => {
    const { get, ids, rows } = await open('Named', {
      exposed: ['id', 'amount'],
      rowFilter: { region: { $param: 'area' }, owner: { in: [{ $param: 'team' }, 'nobody'] } },
      parameters: [
        { name: 'area', type: 'text', default: 'EU', description: 'Where it was sold' },
        { name: 'team', type: 'text', description: 'Your team' },
      ],
    });
    expect(await get()).toMatchObject({
      status: 400,
      json: { errors: [{ name: 'team', code: 'required', hint: 'Your team' }] },
    });
    expect(await ids('?team=north')).toEqual([1, 4]);
    expect(await ids('?team=north&area=US')).toEqual([2]);
    expect(await ids('?team=south&id__in=1&id__in=3')).toEqual([3]);
    const first = await rows('?team=north&_limit=1');
    expect(first.page.total).toBe(2);
    expect(await ids(first.links.next.replace('/api/named', ''))).toEqual([4]);
    const other = await get(`?team=south&_limit=1&_cursor=${first.page.nextCursor}`);
    expect(other.json).toMatchObject({ code: 'cursor_mismatch' });
    expect((await get('?team=north')).headers.get('etag')).toBe((await get('?area=EU&team=north')).headers.get('etag'));
    const document = (await get('/_openapi.json')).text;
    expect(document).toContain('Where it was sold');
    expect(document).not.toMatch(HIDDEN);
  });

  it('is refused with every fault at its place, and keeps all digits of its filter', async () => {
    const { id: datasetId } = await publisher.dataset('Refused');
    await publisher.version(datasetId, 'csv', 'id\n9007199254740993\n9007199254740992\n');
    const refused = await publisher.call('POST', '/apis', {
      name: 'Refused',
      datasetId,
      exposed: ['idd'],
      limits: { defaultPage: 20, maxPage: 10 },
    });
    expect(refused).toMatchObject({
      status: 422,
      json: {
        errors: [
          { in: 'body', pointer: '/exposed/0', hint: 'did you mean id?' },
          { pointer: '/limits/defaultPage', max: 10 },
        ],
      },
    });
    const body = `{"name":"Exact","datasetId":"${datasetId}","active":true,"rowFilter":{"id":9007199254740993}}`;
    const created = await publisher.call('POST', '/apis', body, { 'content-type': 'application/json' });
    expect(created.status).toBe(201);
    const { token, secret } = await publisher.token('Exact');
    await publisher.assign((created.json as Api).id, token.id);
    expect((await read(stack.url, 'exact?_shape=array', secret)).text).toBe('[{"id":9007199254740993}]');
  });

  it('names other origins as browsers write them: every other spelling is told at its place', async () => {
    const origin = 'https://app.example.com';
    const origins = [`${origin}/`, 'app.example.com', origin, origin, 'https://a.test:443', 'ftp://a.test'];
    const { id: datasetId } = await publisher.dataset('Wrong origins');
    await publisher.version(datasetId, 'csv', CSV);
    const answer = await publisher.call('POST', '/apis', {
      name: 'Wrong origins',
      datasetId,
      cors: { origins },
    });
    expect(answer).toMatchObject({
      status: 422,
      json: {
        errors: [
          { pointer: '/cors/origins/0', code: 'invalid_origin', hint: 'write https://app.example.com' },
          { pointer: '/cors/origins/1', code: 'invalid_origin' },
          { pointer: '/cors/origins/4', hint: 'write https://a.test' },
          { pointer: '/cors/origins/5', code: 'invalid_origin' },
          { pointer: '/cors/origins/3', code: 'duplicate' },
        ],
      },
    });
  });

  it('stays on the version that its consumers know when a new one breaks them, and says so', async () => {
    const { api, rows, ids } = await open('Staying');
    await publisher.version(api.datasetId, 'csv', 'id,amount\nA1,3.5\n');
    await waitFor('the faults', async () => (await managed(api)).contractFaults.length > 0);
    expect((await managed(api)).contractFaults).toMatchObject([
      { field: 'id', code: 'type_changed', version: 2 },
      { field: 'region', code: 'field_gone', version: 2 },
      { field: 'hushed', code: 'field_gone' },
      { field: 'owner', code: 'field_gone' },
    ]);
    expect(await ids()).toEqual([1, 2, 3, 4]);
    await publisher.version(api.datasetId, 'csv', `${CSV.replace('owner', 'owner,more').replaceAll(/th$/gm, 'th,1')}`);
    await waitFor('version 3', async () => (await rows()).data[0]?.more === 1);
    expect((await managed(api)).contractFaults).toEqual([]);
    await publisher.version(api.datasetId, 'csv', 'id\n7\n');
    await waitFor('the faults', async () => (await managed(api)).contractFaults.length > 0);
    expect(await patch(api, { exposed: ['id'] })).toMatchObject({ status: 200, json: { contractFaults: [] } });
    await waitFor('version 4', async () => (await ids()).join() === '7');
  });

  it('tells when its answers last changed, and takes that date where no tag is sent', async () => {
    const { api, get } = await open('Dated');
    const date = await waitFor('the date', async () => (await get()).headers.get('last-modified') ?? undefined);
    expect((await get('', { 'if-modified-since': date })).status).toBe(304);
    expect((await get('', { 'if-modified-since': date, 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get('', { 'if-modified-since': new Date(Date.parse(date) - 1_000).toUTCString() })).status).toBe(200);
    expect((await get('', { 'if-modified-since': 'yesterday' })).status).toBe(200);
    await patch(api, { exposed: ['id'] });
    await waitFor('the change', async () => !(await get()).text.includes('amount'));
    expect((await get('', { 'if-modified-since': date })).status).toBe(200);
  });
});
