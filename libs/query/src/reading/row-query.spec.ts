import type { Field } from '@sluice/contracts/fields';
import type { Filter, FilterOperator } from '@sluice/contracts/filter';
import { parseJson } from '../values/json-value';
import { openView } from '../views/view';
import { parseQueryBody, parseRowQuery } from './parse-query';
import type { RowQuery } from './row-query';

const field = (name: string, type: Field['type']): Field => ({
  name,
  label: name,
  type,
  nullable: true,
  min: null,
  max: null,
  distinct: null,
});
const fields = [
  field('region', 'text'),
  field('amount', 'decimal'),
  field('count', 'integer'),
  field('paid', 'boolean'),
  field('day', 'date'),
  field('at', 'datetime'),
  field('ratio', 'number'),
  field('tags', 'json'),
];
const view = openView(fields);

const leaf = (path: string, op: FilterOperator, value: string): Filter => ({ field: path, op, values: [value] });

function query(search: string): RowQuery {
  const parsed = parseRowQuery(search, view);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.query;
}

function faults(search: string) {
  const parsed = parseRowQuery(search, view);
  return parsed.ok ? [] : parsed.faults;
}

describe('a row query', () => {
  it('without parameters asks for the first page of every field', () => {
    expect(query('')).toEqual({
      select: fields.map(({ name }) => name),
      filter: null,
      parameters: {},
      rowFilter: null,
      search: null,
      group: null,
      sort: [],
      limit: 100,
      offset: 0,
      at: null,
      cursor: null,
      count: false,
      shape: 'object',
      format: null,
      pretty: false,
      bom: false,
      escapeFormulas: false,
    });
  });

  it('takes filters, a selection, an order and a page', () => {
    expect(query('region=EU&paid__eq=true&_select=amount,region&_sort=-day,region&_limit=5&_offset=10')).toMatchObject({
      filter: { and: [leaf('paid', 'eq', 'true'), leaf('region', 'eq', 'EU')] },
      select: ['amount', 'region'],
      sort: [
        { field: 'day', descending: true },
        { field: 'region', descending: false },
      ],
      limit: 5,
      offset: 10,
    });
  });

  it.each([
    ['amount__gte=100.50', leaf('amount', 'gte', '100.5')],
    ['amount__lt=1e3', leaf('amount', 'lt', '1000')],
    ['region__icontains=eu', leaf('region', 'icontains', 'eu')],
    ['region__contains=100%25_', leaf('region', 'contains', '100%_')],
    ['day__null=true', leaf('day', 'null', 'true')],
    ['tags__has=red', leaf('tags', 'has', 'red')],
    ['tags.size=XL', leaf('tags.size', 'eq', 'XL')],
    ['tags._id__ne=7', leaf('tags._id', 'ne', '7')],
    ['tags.0.price__gt=7.0', leaf('tags.0.price', 'gt', '7')],
    ['at__gte=2026-01-31T10:00:00+02:00', leaf('at', 'gte', '2026-01-31T08:00:00Z')],
  ])('takes %s', (search, filter) => {
    expect(query(search).filter).toEqual(filter);
  });

  it.each([
    'region__in=EU&region__in=Korea, Republic of',
    'region__in[]=EU&region__in[]=Korea, Republic of',
    'region[]=EU&region[]=Korea, Republic of&region[]=EU',
    'region__in%5B%5D=EU&region__in=Korea, Republic of',
    '_filter={"region":{"in":["Korea, Republic of","EU"]}}',
  ])('takes a list as %s', (search) => {
    expect(query(search).filter).toEqual({ field: 'region', op: 'in', values: ['EU', 'Korea, Republic of'] });
  });

  it('takes a JSON tree beside parameters, and loses no digit of its numbers', () => {
    const tree =
      '{"_or":[{"amount":{"gte":12345678901234567890.10,"lt":1E21}},{"_not":{"region":null}},{"count":{"in":[1,2]}}]}';
    expect(query(`paid=true&_filter=${encodeURIComponent(tree)}`).filter).toEqual({
      and: [
        leaf('paid', 'eq', 'true'),
        {
          or: [
            { and: [leaf('amount', 'gte', '12345678901234567890.1'), leaf('amount', 'lt', `1${'0'.repeat(21)}`)] },
            { field: 'count', op: 'in', values: ['1', '2'] },
            { not: leaf('region', 'null', 'true') },
          ],
        },
      ],
    });
  });

  it('takes groups, their aliases and an order of their values', () => {
    expect(
      query('_group=region,month(day)&_agg=count:n,sum(amount),count_distinct(tags.size)&_sort=-n,region'),
    ).toMatchObject({
      select: ['region', 'month_day', 'n', 'sum_amount', 'count_distinct_tags_size'],
      group: {
        keys: [
          { field: 'region', name: 'region' },
          { field: 'day', part: 'month', name: 'month_day' },
        ],
        aggregates: [
          { fn: 'count', name: 'n' },
          { fn: 'sum', field: 'amount', name: 'sum_amount' },
          { fn: 'count_distinct', field: 'tags.size', name: 'count_distinct_tags_size' },
        ],
      },
      sort: [
        { field: 'n', descending: true },
        { field: 'region', descending: false },
      ],
    });
  });

  it('takes an empty tree, as forms send it, for none', () => {
    expect(query('_filter={}')).toEqual(query(''));
    expect(faults('_filter={"_and":[{}]}')).toHaveLength(1);
  });

  it('looks for the words of _q in the text fields', () => {
    expect(query('_q=%20new%20%20york').search).toEqual({ text: 'new york', fields: ['region'] });
  });

  it('reports every fault at once, with what was meant and what is allowed', () => {
    const all = faults(
      'regoin=EU&count=many&_limit=5000&_sotr=day&region__lik=x&_sort=tags,dya&_shape=tree&paid__in=true&_q=&_group=regio' +
        '&_filter={"_andd":[],"day":{"gt":null},"tags":"x","_or":[]}',
    );
    expect(all).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'regoin', code: 'unknown_field', hint: 'did you mean region?' }),
        expect.objectContaining({ name: 'count', code: 'invalid_value' }),
        expect.objectContaining({ name: '_limit', code: 'too_large', max: 1000 }),
        expect.objectContaining({ name: '_sotr', code: 'unknown_parameter', hint: 'did you mean _sort?' }),
        expect.objectContaining({ name: 'region__lik', allowed: expect.arrayContaining(['eq', 'contains']) }),
        expect.objectContaining({ name: '_shape', code: 'invalid_value', allowed: ['object', 'array'] }),
        expect.objectContaining({ name: 'paid__in', code: 'operator_not_allowed', allowed: ['eq', 'ne', 'null'] }),
        expect.objectContaining({ name: '_q', code: 'invalid_value' }),
        expect.objectContaining({ name: '_group', code: 'unknown_field', hint: 'did you mean region?' }),
        expect.objectContaining({ name: '_filter', pointer: '/_andd', hint: 'did you mean _and?' }),
        expect.objectContaining({ name: '_filter', pointer: '/day/gt', hint: 'use the operator null' }),
        expect.objectContaining({ name: '_filter', pointer: '/tags', allowed: ['null', 'has'] }),
        expect.objectContaining({ name: '_filter', pointer: '/_or', code: 'invalid_value' }),
      ]),
    );
    expect(faults('_sort=tags,dya')).toEqual([
      expect.objectContaining({ name: '_sort', code: 'not_sortable' }),
      expect.objectContaining({ name: '_sort', code: 'unknown_field', hint: 'did you mean day?' }),
    ]);
  });

  it.each(['region=a&region=b', 'region=a&region__eq=a', '_limit=1&_limit=2', '_select=day,day', '_sort=day,-day'])(
    'refuses the duplicate in %s',
    (search) => {
      expect(faults(search)).toEqual([expect.objectContaining({ code: expect.stringContaining('duplicate') })]);
    },
  );

  it.each(['count=1,2', 'count__in=1,2', 'day__in=2026-01-01,2026-01-02', 'paid=true,false'])(
    'hints to repeat the parameter in %s',
    (search) => {
      expect(faults(search)).toEqual([expect.objectContaining({ hint: expect.stringContaining('repeat') })]);
    },
  );

  it.each([
    ['_cursor=c1_x&_offset=5', '_offset', 'not_allowed'],
    ['_offset=10001', '_offset', 'too_large'],
    ['_select=region&_agg=count', '_select', 'not_allowed'],
    ['_agg=count&_sort=amount', '_sort', 'unknown_field'],
    ['_group=region&_agg=sum(amount):region', '_agg', 'duplicate_field'],
    ['_agg=sum(amount):a,min(amount):A', '_agg', 'duplicate_field'],
    ['_agg=sum(region)', '_agg', 'not_allowed'],
    ['_agg=sum', '_agg', 'not_allowed'],
    ['_agg=summ(amount)', '_agg', 'unknown_function'],
    ['_agg=sum(amount):a__b', '_agg', 'invalid_name'],
    ['_group=hour(day)', '_group', 'not_allowed'],
    ['_group=tags', '_group', 'not_allowed'],
    ['_group=', '_group', 'invalid_value'],
    ['count__gt[]=1', 'count__gt[]', 'not_allowed'],
    ['region.city=x', 'region.city', 'not_nested'],
    ['tags..x=1', 'tags..x', 'invalid_path'],
    ['tags.n__gt=x', 'tags.n__gt', 'invalid_value'],
    ['_filter={', '_filter', 'invalid_value'],
    ['_filter=[]', '_filter', 'invalid_value'],
    ['_filter={"region":"a","region":"b"}', '_filter', 'invalid_value'],
    ['_filter={"__proto__":{"region":"a"}}', '_filter', 'unknown_parameter'],
    [`_filter=${'{"_not":'.repeat(6)}{"region":"a"}${'}'.repeat(6)}`, '_filter', 'too_deep'],
    [`_filter=${'{"_not":'.repeat(9999)}`, '_filter', 'invalid_value'],
    [`_filter={"_or":[${Array.from({ length: 51 }, (_, n) => `{"count":${n}}`)}]}`, '_filter', 'too_large'],
    [`_filter={"count":{"in":[${Array.from({ length: 1001 }, (_, n) => n)}]}}`, '_filter', 'too_many_values'],
    ['_format=xls', '_format', 'invalid_value'],
  ])('refuses %.80s', (search, name, code) => {
    expect(faults(search)).toEqual([expect.objectContaining({ in: 'query', name, code })]);
  });

  it.each([
    '__proto__=1',
    'constructor=1',
    'a[$ne]=1',
    '%00=1',
    '=',
    '_=1',
    '__=1',
    'region__=1',
    '[]=1',
    'region__eq__eq=1',
  ])('refuses %s', (search) => {
    expect(faults(search)).not.toEqual([]);
  });
});

describe('a query as a body', () => {
  const body = (text: string) => parseQueryBody(parseJson(text), view);

  it('means what the query string means', () => {
    const text = `{"select":["region","amount"],"filter":{"amount":{"gt":1.10}},"q":"x","sort":["-day"],"limit":5,"offset":2,"count":"exact","shape":"array"}`;
    const parsed = body(text);
    const search = 'amount__gt=1.1&_select=region,amount&_q=x&_sort=-day&_limit=5&_offset=2&_count=exact&_shape=array';
    expect(parsed).toEqual({ ok: true, query: query(search) });
    expect(body('{"group":["region"],"agg":"count:n,sum(amount)"}')).toEqual({
      ok: true,
      query: query('_group=region&_agg=count:n,sum(amount)'),
    });
  });

  it('reports every fault with a pointer to its place', () => {
    const parsed = body('{"filtr":{},"limit":5000,"filter":{"_or":[{"regoin":1}]},"select":[1],"count":true}');
    expect(parsed).toMatchObject({
      ok: false,
      faults: [
        { in: 'body', pointer: '/filtr', hint: 'did you mean filter?' },
        { in: 'body', pointer: '/limit', max: 1000 },
        { in: 'body', pointer: '/filter/_or/0/regoin', hint: 'did you mean region?' },
        { in: 'body', pointer: '/select', code: 'invalid_value' },
        { in: 'body', pointer: '/count', code: 'invalid_value' },
      ],
    });
    expect(body('[]')).toMatchObject({ ok: false, faults: [{ in: 'body' }] });
  });
});
