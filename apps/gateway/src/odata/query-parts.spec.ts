import type { Field } from '@sluice/contracts/fields';
import { openView } from '@sluice/query/views/view';
import type { FastifyRequest } from 'fastify';
import { readApply } from './apply-expression';
import { readODataAddress } from './odata-address';
import { takeBasicToken } from './odata-credentials';
import { jsonFormat, metadataFormat } from './odata-format';
import { readQueryOptions } from './query-options';
import { readSearchWords } from './search-expression';

const rest = { nullable: true, min: null, max: null, distinct: null };
const field = (name: string, type: Field['type'], scale?: number): Field => ({
  name,
  label: name,
  type,
  scale,
  ...rest,
});
const view = openView([
  field('region', 'text'),
  field('n', 'integer'),
  field('amount', 'decimal', 2),
  field('2020', 'number'),
]);
const asked = (accept?: string) => ({ headers: { accept } }) as FastifyRequest;
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('$apply', () => {
  it('is filters, and then groups with aggregates of the type that they have', () => {
    const text =
      'filter(n gt 1)/groupby((region,_2020),aggregate(n with sum as total,amount with sum as due,amount with average as mean,$count as rows))';
    expect(readApply(text, view)).toMatchObject({
      filter: [{ kind: 'comparison', op: 'gt' }],
      group: ['region', '2020'],
      agg: ['sum(n):total', 'sum(amount):due', 'avg(amount):mean', 'count:rows'],
      outputs: [
        { name: 'region', property: 'region', type: { name: 'Edm.String' } },
        { name: '2020', property: '_2020', type: { name: 'Edm.Double' } },
        { name: 'total', type: { name: 'Edm.Decimal', scale: 0 } },
        { name: 'due', type: { name: 'Edm.Decimal', scale: 2 } },
        { name: 'mean', type: { name: 'Edm.Double' } },
        { name: 'rows', type: { name: 'Edm.Int64' } },
      ],
    });
  });

  it.each([
    ['groupby((region))/filter(region eq null)', 'not_implemented'],
    ['groupby((rollup(region)))', 'not_implemented'],
    ['topcount(2,n)', 'not_implemented'],
    ['aggregate(n with stdev as x)', 'not_implemented'],
    ['aggregate(n with sum)', 'invalid_query'],
    ['groupby(region)', 'invalid_query'],
    ['groupby((region)', 'invalid_query'],
    ['', 'invalid_query'],
  ])('refuses %s', (text, code) => {
    expect(codeOf(() => readApply(text, view))).toBe(code);
  });
});

describe('$search', () => {
  it('is words that must all be found', () => {
    expect(readSearchWords('new  york AND "zürich"')).toBe('new york zürich');
    for (const text of ['a OR b', 'NOT a', '"new york"', '(a)'])
      expect(codeOf(() => readSearchWords(text))).toBe('not_implemented');
    for (const text of ['', '  ', 'AND', '"a', 'a"b'])
      expect(codeOf(() => readSearchWords(text))).toBe('invalid_query');
  });
});

describe('options of a query', () => {
  const url = (search: string) => ({ url: `/odata/orders?${search}` });

  it('are read as they are escaped, those without $ as parameters of the API', () => {
    const { system, parameters } = readQueryOptions(url('%24top=5&area=a+b&$filter=x%20eq%20%27%2B%27'), [
      '$top',
      '$filter',
    ]);
    expect([...system]).toEqual([
      ['$top', '5'],
      ['$filter', "x eq '+'"],
    ]);
    expect([...parameters]).toEqual([['area', 'a b']]);
  });

  it.each([
    ['$expand=x', 'not_implemented'],
    ['$compute=x', 'not_implemented'],
    ['@p=1', 'not_implemented'],
    ['$nothing=1', 'invalid_query'],
    ['$Top=1', 'invalid_query'],
    ['$skip=1', 'invalid_query'],
    ['$top=1&$top=1', 'invalid_query'],
    ['a=1&a=1', 'invalid_query'],
    ['$top=%ff', 'malformed_request'],
  ])('refuse %s', (search, code) => {
    expect(codeOf(() => readQueryOptions(url(search), ['$top']))).toBe(code);
  });
});

describe('addresses', () => {
  it('are the service, its schema, sets, their number and single rows', () => {
    const kindOf = (rest: string) => readODataAddress(`/odata${rest}`, 'GET').kind;
    expect(['', '/', '/?x', '/$metadata', '/orders', '/orders/$count'].map(kindOf)).toEqual([
      'service',
      'service',
      'service',
      'metadata',
      'set',
      'count',
    ]);
    const entity = readODataAddress("/odata/orders(region='E%2FU''s',n=5)?$select=n", 'GET');
    expect(entity).toMatchObject({ kind: 'entity', set: 'orders' });
    expect('key' in entity && [...entity.key].map(([name, { text }]) => [name, text])).toEqual([
      ['region', "E/U's"],
      ['n', '5'],
    ]);
  });

  it.each([
    ['/$batch', 'POST', 'not_implemented'],
    ['/$crossjoin(a,b)', 'GET', 'not_implemented'],
    ['/orders(5)/region', 'GET', 'not_implemented'],
    ['/orders', 'POST', 'method_not_allowed'],
    ['/orders/x/y', 'GET', 'not_found'],
    ['//', 'GET', 'not_found'],
    ['/orders()', 'GET', 'invalid_query'],
    ['/orders(n=1,n=1)', 'GET', 'invalid_query'],
    ['/%ff', 'GET', 'malformed_request'],
  ])('refuse %s', (rest, method, code) => {
    expect(codeOf(() => readODataAddress(`/odata${rest}`, method))).toBe(code);
  });
});

describe('formats', () => {
  it('are what is liked best, with the parameters that it has', () => {
    expect(jsonFormat(asked(), undefined)).toEqual({ metadata: 'minimal', ieee754: false });
    expect(
      jsonFormat(
        asked('application/xml;q=0.7, application/json;odata.metadata=full;IEEE754Compatible=true'),
        undefined,
      ),
    ).toEqual({ metadata: 'full', ieee754: true });
    expect(jsonFormat(asked('text/html'), 'application/json;metadata=none')).toEqual({
      metadata: 'none',
      ieee754: false,
    });
    expect(codeOf(() => jsonFormat(asked('application/atom+xml'), undefined))).toBe('not_acceptable');
    expect(codeOf(() => jsonFormat(asked(), 'atom'))).toBe('not_acceptable');
  });

  it('of the schema are XML wherever it is accepted: programs for spreadsheets name JSON first and read XML', () => {
    const excel = 'application/json;odata.metadata=minimal;q=1.0,application/atom+xml;q=0.8,application/xml;q=0.7';
    expect([undefined, '*/*', excel].map((accept) => metadataFormat(asked(accept), undefined))).toEqual([
      'xml',
      'xml',
      'xml',
    ]);
    expect(metadataFormat(asked('application/json'), undefined)).toBe('json');
    expect(metadataFormat(asked(excel), 'json')).toBe('json');
  });
});

describe('Basic authentication', () => {
  const taken = (authorization: string) => {
    const request = { headers: { authorization } };
    takeBasicToken(request);
    return request.headers.authorization;
  };
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  it('has the token as its password, whatever the user is', () => {
    expect([basic('me:slc_1'), basic(':slc_1').replace('Basic', 'bASIC ')].map(taken)).toEqual([
      'Bearer slc_1',
      'Bearer slc_1',
    ]);
  });

  it.each([
    'Bearer slc_1',
    'Basic',
    'Basic !',
    basic('slc_1'),
    basic('a:b c'),
    basic('a:slc_1\r\nx'),
    `Basic ${'a'.repeat(600)}`,
  ])('leaves %j as it is, which nobody lets pass', (authorization) => expect(taken(authorization)).toBe(authorization));
});
