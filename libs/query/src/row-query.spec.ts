import type { Field } from '@sluice/contracts/fields';
import { filterLeaves } from '@sluice/contracts/filter';
import fc from 'fast-check';
import { canonicalQuery } from './canonical-query';
import { parseRowQuery, type RowQuery } from './row-query';
import { openView } from './view';

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
      sort: [],
      limit: 100,
      offset: 0,
      cursor: null,
      count: false,
      shape: 'object',
    });
  });

  it('takes filters, a selection, an order and a page', () => {
    expect(query('region=EU&paid__eq=true&_select=amount,region&_sort=-day,region&_limit=5&_offset=10')).toMatchObject({
      filter: {
        and: [
          { field: 'region', op: 'eq', values: ['EU'] },
          { field: 'paid', op: 'eq', values: ['true'] },
        ],
      },
      select: ['amount', 'region'],
      sort: [
        { field: 'day', descending: true },
        { field: 'region', descending: false },
      ],
      limit: 5,
      offset: 10,
    });
  });

  it('reports every fault at once, with what was meant and what is allowed', () => {
    expect(faults('regoin=EU&count=many&_limit=5000&_sotr=day&region__lik=x&_sort=tags&_shape=tree')).toEqual([
      expect.objectContaining({ name: 'regoin', code: 'unknown_field', hint: 'did you mean region?' }),
      expect.objectContaining({ name: 'count', code: 'invalid_value' }),
      expect.objectContaining({ name: '_limit', code: 'too_large', max: 1000 }),
      expect.objectContaining({ name: '_sotr', code: 'unknown_parameter', hint: 'did you mean _sort?' }),
      expect.objectContaining({ name: 'region__lik', code: 'unknown_operator', allowed: ['eq'] }),
      expect.objectContaining({ name: '_sort', code: 'not_sortable' }),
      expect.objectContaining({ name: '_shape', code: 'invalid_value', allowed: ['object', 'array'] }),
    ]);
  });

  it.each(['region=a&region=b', '_limit=1&_limit=2', '_select=day,day'])('refuses the duplicate in %s', (search) => {
    expect(faults(search)).toHaveLength(1);
  });

  it('hints to repeat the parameter where a list was written with commas', () => {
    expect(faults('count=1,2')).toEqual([expect.objectContaining({ hint: expect.stringContaining('repeat') })]);
  });

  it('refuses an offset beside a cursor', () => {
    expect(faults('_cursor=c1_x&_offset=5')).toEqual([expect.objectContaining({ name: '_offset' })]);
  });

  it.each(['__proto__=1', 'constructor=1', 'a[$ne]=1', '%00=1', '=', '_=1', '__=1'])('refuses %s', (search) => {
    expect(faults(search)).not.toEqual([]);
  });
});

const values: Record<string, fc.Arbitrary<string>> = {
  region: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0')),
  count: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  paid: fc.boolean().map(String),
  ratio: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  amount: fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(99)).map(([whole, cents]) => `${whole}.${cents}`),
  day: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  at: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
};
const parameters = fc
  .record(
    {
      ...values,
      _select: fc
        .subarray(
          fields.map(({ name }) => name),
          { minLength: 1 },
        )
        .map(String),
      _sort: fc.subarray(['day', '-region', 'count'], { minLength: 1 }).map(String),
      _limit: fc.integer({ min: 1, max: 1000 }).map(String),
      _offset: fc.integer({ min: 0, max: 10_000 }).map(String),
      _count: fc.constantFrom('none', 'exact'),
      _shape: fc.constantFrom('object', 'array'),
    },
    { requiredKeys: [] },
  )
  .map((record) => Object.entries(record) as [string, string][]);

const sorted = ({ filter }: RowQuery) =>
  filter
    ? filterLeaves(filter)
        .map((leaf) => JSON.stringify(leaf))
        .sort()
    : null;

describe('the canonical query', () => {
  it('means what the query meant', () => {
    fc.assert(
      fc.property(parameters, (pairs) => {
        const original = query(new URLSearchParams(pairs).toString());
        const again = query(canonicalQuery(original, view, true));
        expect({ ...again, filter: sorted(again) }).toEqual({ ...original, filter: sorted(original) });
      }),
    );
  });

  it('is the same in whatever order the parameters stand', () => {
    fc.assert(
      fc.property(parameters, fc.infiniteStream(fc.nat()), (pairs, order) => {
        const shuffled = pairs.map((pair) => ({ pair, at: order.next().value })).sort((a, b) => a.at - b.at);
        const search = (list: [string, string][]) => new URLSearchParams(list).toString();
        expect(canonicalQuery(query(search(shuffled.map(({ pair }) => pair))), view, true)).toBe(
          canonicalQuery(query(search(pairs)), view, true),
        );
      }),
    );
  });
});
