import type { Field } from '@sluice/contracts/fields';
import { parseJson } from '../values/json-value';
import { openView } from '../views/view';
import { parseQueryBody, parseRowQuery } from './parse-query';

const field = (name: string, type: Field['type']): Field => {
  return { name, label: name, type, nullable: true, min: null, max: null, distinct: null };
};
const view = openView([
  field('id', 'integer'),
  field('region', 'text'),
  field('paid', 'boolean'),
  field('at', 'datetime'),
]);

const parse = (search: string) => parseRowQuery(search, view);
function queryOf(search: string) {
  const parsed = parse(search);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.query;
}
function hintsOf(search: string) {
  const parsed = parse(search);
  return parsed.ok ? [] : parsed.faults.map(({ hint }) => hint);
}

describe('a query by the habits of another system', () => {
  it.each([
    ['limit', '_limit'],
    ['$limit', '_limit'],
    ['per_page', '_limit'],
    ['pageSize', '_limit'],
    ['$top', '_limit'],
    ['offset', '_offset'],
    ['$skip', '_offset'],
    ['page', '_cursor'],
    ['_page', '_cursor'],
    ['sort', '_sort'],
    ['sort_by', '_sort'],
    ['order', '_sort'],
    ['_order', '_sort'],
    ['$orderby', '_sort'],
    ['select', '_select'],
    ['fields', '_select'],
    ['_fields', '_select'],
    ['filter', '_filter'],
    ['$filter', '_filter'],
    ['where', '_filter'],
    ['q', '_q'],
    ['search', '_q'],
    ['count', '_count'],
    ['format', '_format'],
    ['group_by', '_group'],
  ])('is told what %s is called here', (given, ours) => {
    expect(hintsOf(`${encodeURIComponent(given)}=1`)).toEqual([`did you mean ${ours}?`]);
  });

  it('takes a field of such a name for the field', () => {
    expect(parseRowQuery('limit=1', openView([field('limit', 'integer')])).ok).toBe(true);
  });

  it.each([
    ['id desc', '-id'],
    ['id:desc', '-id'],
    ['id DESC', '-id'],
    ['id asc', 'id'],
    ['id:asc', 'id'],
  ])('is told how to sort by %s', (given, ours) => {
    expect(hintsOf(`_sort=${encodeURIComponent(given)}`)).toEqual([`did you mean ${ours}?`]);
  });

  it('is told what members of a body are called here', () => {
    const parsed = parseQueryBody(parseJson('{"fields":["id"],"orderBy":"id","page_size":3}'), view);
    expect(parsed.ok ? [] : parsed.faults.map(({ hint }) => hint)).toEqual([
      'did you mean select?',
      'did you mean sort?',
      'did you mean limit?',
    ]);
  });

  it.each(['_select[]=id&_select[]=region', '_select=id&_select=region', '_select=id,region', '_select[]=id,region'])(
    'may write a list as %s',
    (search) => {
      expect(queryOf(search).select).toEqual(['id', 'region']);
    },
  );

  it('may repeat the keys of an order, each once', () => {
    expect(queryOf('_sort=-id&_sort=region').sort).toEqual([
      { field: 'id', descending: true },
      { field: 'region', descending: false },
    ]);
    expect(hintsOf('_sort=id&_sort=-id')).toHaveLength(1);
  });

  it.each(['true', 'True', 'TRUE'])('may write %s', (text) => {
    expect(queryOf(`paid=${text}`).filter).toEqual({ field: 'paid', op: 'eq', values: ['true'] });
  });

  it('is refused where its percent escapes are no UTF-8, and takes a bare % as it is', () => {
    const faultsOf = (search: string) => {
      const parsed = parse(search);
      return parsed.ok ? [] : parsed.faults.map(({ code }) => code);
    };
    expect(faultsOf('region=M%FCnchen')).toEqual(['invalid_encoding']);
    expect(faultsOf('region=%C3')).toEqual(['invalid_encoding']);
    expect(queryOf('region=M%C3%BCnchen').filter).toMatchObject({ values: ['München'] });
    expect(queryOf('region=100%').filter).toMatchObject({ values: ['100%'] });
  });

  it('finds no row with a list of no values, and every row without one', () => {
    const filterOf = (op: string) => queryOf(`_filter={"region":{"${op}":[]}}`).filter;
    const isNull = (value: string) => ({ field: 'region', op: 'null', values: [value] });
    expect(filterOf('in')).toEqual({ and: [isNull('false'), isNull('true')] });
    expect(filterOf('nin')).toEqual({ or: [isNull('false'), isNull('true')] });
  });

  const [instant, kept] = ['2026-01-31T10:00:00.123456789Z', '2026-01-31T10:00:00.123456Z'];

  it.each([
    ['gt', 'gt'],
    ['gte', 'gt'],
    ['lt', 'lte'],
    ['lte', 'lte'],
  ])('may have nanoseconds: what is %s such a time is %s the microsecond before', (op, ours) => {
    expect(queryOf(`at__${op}=${instant}`).filter).toEqual({ field: 'at', op: ours, values: [kept] });
  });

  it('finds no row that equals a time between two microseconds, and every row that differs', () => {
    const isNull = (value: string) => ({ field: 'at', op: 'null', values: [value] });
    expect(queryOf(`at=${instant}`).filter).toEqual({ and: [isNull('false'), isNull('true')] });
    expect(queryOf(`at__ne=${instant}`).filter).toEqual({ or: [isNull('false'), isNull('true')] });
    expect(queryOf(`at__in=${instant}&at__in=${kept}`).filter).toEqual({ field: 'at', op: 'eq', values: [kept] });
  });
});
