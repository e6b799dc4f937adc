import { readODataRows } from '../support/odata-client';
import { publishOrders } from '../support/odata-orders';
import { answerTo, Publisher, read, vegaFile } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

/** As Power Query of Excel and Power BI sends it with each request. */
const EXCEL = {
  accept:
    'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
  'odata-maxversion': '4.0',
  maxdataserviceversion: '3.0',
  'user-agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
};

describe('OData', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let orders: Awaited<ReturnType<typeof publishOrders>>;
  const rowsOf = (json: unknown) => (json as { value: Record<string, unknown>[] }).value;
  const ids = async (search: string) => {
    const { status, json, text } = await orders.ask(`/${orders.set}?${search}`);
    if (status !== 200) throw new Error(text);
    return rowsOf(json).map(({ _2020_total }) => _2020_total);
  };

  beforeAll(async () => {
    orders = await publishOrders(publisher, 'Odata orders');
  }, 60_000);

  it('gives a spreadsheet every row that our pages have, from the service document along the next links', async () => {
    const { api, secret } = await publisher.publish('Odata weather', 'csv', await vegaFile('seattle-weather.csv'));
    const authorization = `Basic ${Buffer.from(`:${secret}`).toString('base64')}`;
    const refused = await answerTo(`${stack.url}/odata/`, { headers: EXCEL });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)]);
    const { rows, answers } = await readODataRows(`${stack.url}/odata/`, 'odata_weather', { ...EXCEL, authorization });
    expect(answers).toBe(2);
    const pages: unknown[] = [];
    for (let next: string | null = `/api/${api.path}?_limit=1000`; next; ) {
      const answer = await answerTo(stack.url + next, { headers: { authorization: `Bearer ${secret}` } });
      const page = answer.json as { data: unknown[]; links: { next: string | null } };
      pages.push(...page.data);
      next = page.links.next;
    }
    expect(rows.map(({ _row, ...row }) => row)).toEqual(pages);
    expect(new Set(rows.map(({ _row }) => _row)).size).toBe(pages.length);
    expect(pages).toHaveLength(1461);
  });

  it('writes a schema that a reader of XML takes, with a type for each set and a key for each type', async () => {
    const xml = await orders.ask('/$metadata', EXCEL);
    expect([xml.status, xml.headers.get('content-type')]).toEqual([200, 'application/xml;charset=utf-8']);
    const types = [...xml.text.matchAll(/<EntityType Name="(\w+)"><Key><PropertyRef Name="(\w+)"\/><\/Key>/g)];
    expect(types.map(([, name, key]) => [name, key])).toEqual([
      [orders.rowSet, '_row'],
      [orders.set, 'order_id'],
    ]);
    const { json } = await orders.ask('/$metadata?$format=json');
    const { Sluice } = json as { Sluice: Record<string, Record<string, unknown>> };
    expect(Sluice[orders.set]).toMatchObject({
      $Key: ['order_id'],
      amount: { $Type: 'Edm.Decimal', $Precision: 38, $Scale: 2, $Nullable: true },
      at: { $Type: 'Edm.DateTimeOffset' },
      opens: { $Type: 'Edm.TimeOfDay' },
      _2020_total: { $Type: 'Edm.Int64' },
    });
  });

  it('keeps every digit, as a number or as a text where that is asked for', async () => {
    const plain = await orders.ask(`/${orders.set}?$top=1`);
    expect(plain.text).toContain('"order_id":9007199254740993,"region":"EU","amount":12345678901234567890.12,');
    expect(plain.text).not.toContain('nextLink');
    const accept = 'application/json;odata.metadata=full;IEEE754Compatible=true';
    const full = await orders.ask(`/${orders.set}?$top=1&$count=true`, { accept });
    expect(full.headers.get('content-type')).toContain(
      'odata.metadata=full;odata.streaming=true;IEEE754Compatible=true',
    );
    expect(full.json).toMatchObject({
      '@odata.count': '4',
      value: [
        {
          '@odata.type': `#Sluice.${orders.set}`,
          '@odata.id': `${orders.set}(9007199254740993)`,
          'order_id@odata.type': '#Int64',
          order_id: '9007199254740993',
          amount: '12345678901234567890.12',
          ratio: 0.25,
        },
      ],
    });
    const none = await orders.ask(`/${orders.set}?$top=1`, { accept: 'application/json;odata.metadata=none' });
    expect(Object.keys(none.json as object)).toEqual(['value']);
  });

  it('gives nested values as the text of their JSON', async () => {
    const { api, secret } = await publisher.publish(
      'Odata nested',
      'json',
      '[{"id":1,"tags":["a",{"n":9007199254740993}]},{"id":2,"tags":"x"}]',
    );
    const headers = { authorization: `Bearer ${secret}` };
    const { json } = await answerTo(`${stack.url}/odata/${api.slug.replaceAll('-', '_')}?$select=tags`, { headers });
    expect(rowsOf(json)).toEqual([{ tags: '["a",{"n":9007199254740993}]' }, { tags: '"x"' }]);
  });

  it('answers what is asked as our own query of the same meaning does', async () => {
    expect(await ids("$filter=region eq 'EU' and amount gt 7.001")).toEqual([1]);
    expect(await ids("$filter=contains(note,'It''s')")).toEqual([1]);
    expect(await ids("$filter=not contains(note,'x')")).toEqual([1, 2, 4]);
    expect(await ids('$filter=year(at) eq 2025 and date(at) ne 2025-01-31')).toEqual([2]);
    expect(await ids('$filter=paid ne true')).toEqual([2, 4]);
    expect(await ids('$filter=day eq null')).toEqual([4]);
    expect(await ids('$search=ZURICH')).toEqual([2]);
    expect(await ids('$orderby=amount desc,order_id&$skip=1&$top=2')).toEqual([3, 4]);
    const { json } = await orders.ask(
      `/${orders.set}?$apply=filter(_2020_total le 3)/groupby((region),aggregate(amount with sum as total,$count as rows))&$orderby=region`,
    );
    expect(json).toMatchObject({ '@odata.context': `${stack.url}/odata/$metadata#${orders.set}(region,total,rows)` });
    expect(rowsOf(json).map(({ region, rows }) => [region, rows])).toEqual([
      ['EU', 2],
      ['US', 1],
    ]);
    const count = await orders.ask(`/${orders.set}/$count?$filter=${encodeURIComponent("region eq 'EU'")}`);
    expect([count.text, count.headers.get('content-type')]).toEqual(['2', 'text/plain;charset=utf-8']);
  });

  it('ends where $top says so, with pages as large as the caller prefers', async () => {
    const prefer = 'odata.maxpagesize=2';
    const first = await orders.ask(`/${orders.set}?$top=3&$select=_2020_total&$count=true`, { prefer });
    expect(first.headers.get('preference-applied')).toBe(prefer);
    const { '@odata.nextLink': next, ...rest } = first.json as Record<string, unknown>;
    expect(rest).toMatchObject({ '@odata.count': 4, value: [{ _2020_total: 1 }, { _2020_total: 2 }] });
    const second = await answerTo(String(next), { headers: { authorization: orders.basic, prefer } });
    expect(second.json).toMatchObject({ value: [{ _2020_total: 3 }] });
    expect(second.text).not.toContain('nextLink');
    expect(await ids('$top=0')).toEqual([]);
  });

  it('finds one row by its key, or by the one that it is given here, unless the API keeps it back', async () => {
    const byKey = await orders.ask(`/${orders.set}(9007199254740993)?$select=region`);
    expect(byKey.json).toEqual({
      '@odata.context': `${stack.url}/odata/$metadata#${orders.set}(region)/$entity`,
      region: 'EU',
    });
    for (const { _row, ...row } of rowsOf((await orders.ask(`/${orders.rowSet}`)).json)) {
      const { json } = await orders.ask(`/${orders.rowSet}('${_row}')`);
      expect(json).toEqual({ '@odata.context': `${stack.url}/odata/$metadata#${orders.rowSet}/$entity`, _row, ...row });
    }
    // The second row is one that the API keeps back, unless it is asked for without another one.
    const others = rowsOf((await orders.ask(`/${orders.rowSet}?without=3`)).json);
    const hidden = others.find(({ amount }) => amount === 0.5)?._row;
    expect(hidden).toEqual(expect.any(String));
    for (const rest of [`/${orders.rowSet}(1)`, `/${orders.rowSet}('${hidden}')`, `/${orders.set}(77)`])
      expect(await orders.ask(rest)).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
  });

  it('gives values of the named parameters of an API as options without $', async () => {
    const rows = async (search: string) =>
      rowsOf((await orders.ask(`/${orders.rowSet}${search}`)).json).map(({ paid }) => paid);
    expect([await rows(''), await rows('?without=3')]).toEqual([
      [true, true, null],
      [true, false, null],
    ]);
    expect(await orders.ask(`/${orders.rowSet}?wihtout=3`)).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_query', message: expect.stringContaining('did you mean without?') } },
    });
  });

  it.each([
    ['?$filter=nope eq 5', 400, '$filter'],
    ['?$filter=region eq 5', 400, '$filter'],
    ['?$filter=length(region) gt 5', 501, '$filter'],
    ['?$orderby=region asc,nope', 400, '$orderby'],
    ['?$select=nope', 400, '$select'],
    ['?$skip=99999999999', 400, '$skip'],
    ['?$top=-1', 400, '$top'],
    ['?$skiptoken=nothing', 400, undefined],
    ['?$expand=x', 501, '$expand'],
    ['?$apply=groupby((region))/orderby(region)', 501, '$apply'],
    ['?$search=a OR b', 501, '$search'],
    [`?$filter=${encodeURIComponent("region eq 'x'') OR 1=1 --'")}`, 200, undefined],
    ['?$format=atom', 406, '$format'],
  ])('refuses %s in the words of OData, or answers it whole', async (search, status, target) => {
    const answer = await orders.ask(`/${orders.set}${search}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('odata-version')).toBe('4.0');
    if (status !== 200)
      expect(answer.json).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String), ...(target && { target }) },
      });
  });

  it('refuses what stands too deep, and addresses that are too long', async () => {
    const [deep, long] = [5_000, 1_000_000].map((length) => `/${orders.set}?$filter=${'('.repeat(length)}`);
    expect(await orders.ask(deep ?? '')).toMatchObject({ status: 400, json: { error: { target: '$filter' } } });
    expect((await orders.ask(long ?? '')).status).toBe(431);
  });

  it('refuses methods, parts of rows and versions that it does not know', async () => {
    expect(await orders.ask('/$batch', {}, 'POST')).toMatchObject({ status: 501 });
    expect(await orders.ask(`/${orders.set}`, {}, 'DELETE')).toMatchObject({ status: 405 });
    expect(await orders.ask('/', { 'odata-maxversion': '3.0' })).toMatchObject({ status: 400 });
    expect(await orders.ask('/', { accept: 'application/atomsvc+xml' })).toMatchObject({ status: 406 });
    for (const rest of ['/', '/$metadata', `/${orders.set}`]) {
      const head = await fetch(`${stack.url}/odata${rest}`, {
        method: 'HEAD',
        headers: { authorization: orders.basic },
      });
      expect([head.status, head.headers.get('odata-version'), head.headers.get('content-type')]).toEqual([
        200,
        '4.0',
        expect.any(String),
      ]);
    }
  });

  it('is closed without a token, shows what is assigned to it alone, and ends with it', async () => {
    const own = await publishOrders(publisher, 'Odata ending');
    const { secret } = await publisher.token('Sees no set');
    const headers = { authorization: `Bearer ${secret}` };
    expect(await answerTo(`${stack.url}/odata`, {})).toMatchObject({
      status: 401,
      json: { error: { code: 'token_required' } },
    });
    expect(rowsOf((await answerTo(`${stack.url}/odata`, { headers })).json)).toEqual([]);
    expect(await answerTo(`${stack.url}/odata/${own.set}`, { headers })).toMatchObject({ status: 404 });
    // Basic authentication is for OData alone.
    const elsewhere = await answerTo(`${stack.url}/api/${own.path}`, { headers: { authorization: own.basic } });
    expect(elsewhere.status).toBe(401);
    const { headers: token } = await publisher.call('GET', `/tokens/${own.token.id}`);
    await publisher.call('POST', `/tokens/${own.token.id}/revoke`, undefined, { 'if-match': token.get('etag') ?? '' });
    await waitFor('the refusal', async () => (await own.ask('/')).status === 401, 1_000);
  });

  it('charges the rows that it gives', async () => {
    const { token, secret } = await publisher.token('Few odata rows', { limits: { rowsPerDay: 5 } });
    await publisher.assign(orders.keyed.id, token.id);
    const headers = { authorization: `Bearer ${secret}` };
    const ask = (rest: string) => answerTo(`${stack.url}/odata/${orders.set}${rest}`, { headers });
    expect([(await ask('')).status, (await ask('/$count')).status, (await ask('?$top=0')).status]).toEqual([
      200, 200, 200,
    ]);
    expect(await ask('?$top=2')).toMatchObject({ status: 429, json: { error: { code: 'quota_exceeded' } } });
    expect((await read(stack.url, `${orders.path}?_limit=1`, secret)).status).toBe(200);
  });
});
