import type { Field, FieldType } from '@sluice/contracts/fields';
import { type ApiSettings, openSettings } from '@sluice/contracts/registry/api-settings';
import { canonicalQuery } from '../reading/canonical-query';
import { parseQueryBody, parseRowQuery } from '../reading/parse-query';
import { parseJson } from '../values/json-value';
import { viewOf } from './api-view';
import { rowFilterFaults, rowFilterFields } from './row-filter';

const field = (name: string, type: FieldType): Field => ({
  name,
  label: name,
  type,
  nullable: true,
  min: 'a',
  max: 'z',
  distinct: 9,
});
const fields = [field('id', 'integer'), field('region', 'text'), field('amount', 'decimal'), field('cost', 'number')];
const settings = (more: Partial<ApiSettings>): ApiSettings => ({ ...openSettings, ...more });
const parse = (search: string, more: Partial<ApiSettings>) => parseRowQuery(search, viewOf(settings(more), fields));
const query = (search: string, more: Partial<ApiSettings>) => {
  const parsed = parse(search, more);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.query;
};
const faults = (search: string, more: Partial<ApiSettings>) => {
  const parsed = parse(search, more);
  return parsed.ok ? [] : parsed.faults;
};

const byRegion: Partial<ApiSettings> = {
  exposed: ['amount', 'id'],
  rowFilter: { region: { eq: { $param: 'area' } }, cost: { gte: 5 } },
  parameters: [{ name: 'area', type: 'text', default: 'EU', description: '' }],
};

describe('the view that settings make', () => {
  it('has the exposed fields in their order, and no word of any other', () => {
    expect(query('', { exposed: ['amount', 'id'] }).select).toEqual(['amount', 'id']);
    const all = ['cost=1', '_select=cost', '_sort=cost', '_group=cost', '_agg=sum(cost)', '_filter={"cost":1}'];
    for (const search of all) {
      const [hidden] = faults(search, { exposed: ['amount', 'id'] });
      const [unknown] = faults(search.replaceAll('cost', 'zzzz'), { exposed: ['amount', 'id'] });
      expect(JSON.stringify(hidden).replaceAll('cost', 'zzzz')).toBe(JSON.stringify(unknown));
    }
  });

  it('lets filter and sort by what the publisher left on', () => {
    const some = {
      filterable: ['region', 'id'],
      operators: { region: ['eq' as const, 'in' as const] },
      sortable: ['id'],
    };
    expect(faults('amount=1&region__ne=x&_sort=amount', some)).toMatchObject([
      { name: 'amount', code: 'not_filterable' },
      { name: 'region__ne', code: 'operator_not_allowed', allowed: ['eq', 'in'] },
      { name: '_sort', code: 'not_sortable' },
    ]);
    expect(faults('region__in=x&id__gte=3&_sort=-id', some)).toEqual([]);
    expect(faults('_agg=count', { aggregation: false })).toMatchObject([{ name: '_agg', code: 'not_allowed' }]);
  });

  it('has its own order and page, which a canonical query leaves out', () => {
    const own = { defaultSort: ['-amount', 'id'], limits: { defaultPage: 10, maxPage: 20 } };
    expect(query('', own)).toMatchObject({
      sort: [
        { field: 'amount', descending: true },
        { field: 'id', descending: false },
      ],
      limit: 10,
    });
    expect(faults('_limit=21', own)).toMatchObject([{ name: '_limit', max: 20 }]);
    const view = viewOf(settings(own), fields);
    expect(canonicalQuery(query('_sort=-amount,id&_limit=10', own), view, true)).toBe('');
  });

  it('tells nothing of rows that its filter keeps back', () => {
    expect(viewOf(settings(byRegion), fields).fields[0]).toMatchObject({ min: null, max: null, distinct: null });
  });

  it('leaves out fields that an older version does not have, but never its row filter', () => {
    const older = fields.slice(0, 2);
    expect(viewOf(settings({ exposed: ['amount', 'id'] }), older).fields.map(({ name }) => name)).toEqual(['id']);
    expect(() => viewOf(settings({ rowFilter: { cost: { gte: 5 } } }), older)).toThrow();
  });
});

describe('a named parameter', () => {
  const bound = (area: string) => ({
    and: [
      { field: 'region', op: 'eq', values: [area] },
      { field: 'cost', op: 'gte', values: ['5'] },
    ],
  });

  it('feeds the row filter, with its default when it is not given', () => {
    expect(query('', byRegion)).toMatchObject({ parameters: { area: 'EU' }, rowFilter: bound('EU'), filter: null });
    expect(query('area=US&id=1', byRegion)).toMatchObject({
      rowFilter: bound('US'),
      filter: { field: 'id', op: 'eq', values: ['1'] },
    });
  });

  it('is part of the canonical query where it says something', () => {
    const view = viewOf(settings(byRegion), fields);
    expect(canonicalQuery(query('area=US&amount=1', byRegion), view, true)).toBe('area=US&amount=1');
    expect(canonicalQuery(query('area=EU', byRegion), view, true)).toBe('');
  });

  it('without a default has to be given, once, in its type', () => {
    const required: Partial<ApiSettings> = {
      rowFilter: { id: { $param: 'customer' } },
      parameters: [{ name: 'customer', type: 'integer', description: 'your number' }],
    };
    expect(faults('', required)).toMatchObject([{ name: 'customer', code: 'required', hint: 'your number' }]);
    expect(faults('customer=x', required)).toMatchObject([{ name: 'customer', code: 'invalid_value' }]);
    expect(faults('customer=1&customer=2', required)).toMatchObject([{ code: 'duplicate_parameter' }]);
    expect(faults('custmer=1', required)).toMatchObject([{ hint: 'did you mean customer?' }, { code: 'required' }]);
    expect(query('customer=007', required).rowFilter).toEqual({ field: 'id', op: 'eq', values: ['7'] });
  });

  it('has its place in a body, too', () => {
    const view = viewOf(settings(byRegion), fields);
    const body = (text: string) => parseQueryBody(parseJson(text), view);
    expect(body('{"parameters":{"area":"US"}}')).toMatchObject({ ok: true, query: { rowFilter: bound('US') } });
    expect(body('{"parameters":{"aera":"US"}}')).toMatchObject({
      faults: [{ pointer: '/parameters/aera', hint: 'did you mean area?' }],
    });
  });

  it('cannot be used to get around the row filter', () => {
    for (const search of ['region=US', 'cost__gte=0', 'area__ne=EU', 'area[]=US', '_filter={"area":"US"}']) {
      expect(faults(search, byRegion)).toMatchObject([{ code: 'unknown_field' }]);
    }
    expect(query('_filter={"_or":[{"id":1},{"_not":{"id":1}}]}', byRegion).rowFilter).toEqual(bound('EU'));
  });
});

describe('a row filter', () => {
  const check = (tree: unknown, parameters: { name: string; type: 'integer' | 'text' | 'number' }[] = []) =>
    rowFilterFaults(tree, fields, parameters).map(({ pointer, code, hint }) => [pointer, code, hint]);

  it('is checked against fields and parameters, each fault at its place', () => {
    expect(check({ regoin: 'EU', amount: { gt: 'x' } })).toEqual([
      ['/rowFilter/regoin', 'unknown_field', 'did you mean region?'],
      ['/rowFilter/amount/gt', 'invalid_value', undefined],
    ]);
    const area = [{ name: 'area', type: 'text' as const }];
    expect(check({ region: { eq: { $param: 'aera' } } }, area)).toEqual([
      ['/rowFilter/region/eq/$param', 'unknown_parameter', 'did you mean area?'],
    ]);
    expect(check({ id: { $param: 'area' } }, area)).toMatchObject([['/rowFilter/id', 'invalid_value', undefined]]);
    expect(check({ amount: { $param: 'ratio' } }, [{ name: 'ratio', type: 'number' }])).toHaveLength(1);
    expect(check({ amount: { in: [{ $param: 'n' }, 5, 0.1] } }, [{ name: 'n', type: 'integer' }])).toEqual([]);
  });

  it('takes no number whose digits were lost on the way', () => {
    expect(check({ amount: { gt: 2 ** 60 } })).toEqual([['/rowFilter/amount/gt', 'inexact_number', undefined]]);
    expect(check({ amount: { gt: '1152921504606846977' } })).toEqual([]);
  });

  it('names its fields wherever they stand', () => {
    const tree = { _or: [{ region: 'EU' }, { _not: { 'meta.city': { eq: 'Rome' } } }], cost: { lt: 3 } };
    expect(rowFilterFields(tree)).toEqual(['region', 'meta', 'cost']);
  });
});
