import type { Field } from '@sluice/contracts/fields';
import { filterOperators } from '@sluice/contracts/filter';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { operatorsOf, takesMany, valueType } from '../values/operators';
import { openView } from '../views/view';
import { canonicalQuery } from './canonical-query';
import { normalForm } from './filter-form';
import { parseRowQuery } from './parse-query';
import type { RowQuery } from './row-query';

const types = {
  region: 'text',
  amount: 'decimal',
  count: 'integer',
  paid: 'boolean',
  day: 'date',
  at: 'datetime',
  opens: 'time',
  ratio: 'number',
  tags: 'json',
} as const;
const fields = Object.entries(types).map(([name, type]): Field => {
  return { name, label: name, type, nullable: true, min: null, max: null, distinct: null };
});
const view = openView(fields);
const names = fields.map(({ name }) => name);

function query(search: string): RowQuery {
  const parsed = parseRowQuery(search, view);
  if (!parsed.ok) throw new Error(`${search} ${JSON.stringify(parsed.faults)}`);
  return parsed.query;
}

const dates = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString());
const texts = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\0', ''));
const values: Record<Field['type'], fc.Arbitrary<string>> = {
  text: texts,
  json: texts,
  integer: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  boolean: fc.boolean().map(String),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  decimal: fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(99)).map(([whole, cents]) => `${whole}.${cents}`),
  date: dates.map((date) => date.slice(0, 10)),
  datetime: dates,
  time: dates.map((date) => date.slice(11, 23)),
};

/** A comparison as [path, operator, values]. */
const comparison = fc
  .constantFrom(...names, 'tags.size', 'tags.0.a-b')
  .chain((path) => {
    const operand = path.includes('.') ? 'path' : (types as Record<string, Field['type']>)[path];
    return fc.tuple(
      fc.constant(path),
      fc.constantFrom(...operatorsOf[operand ?? 'path']),
      fc.constant(operand ?? 'path'),
    );
  })
  .chain(([path, op, operand]) => {
    const value = values[valueType(operand, op)];
    return fc.tuple(
      fc.constant(path),
      fc.constant(op),
      takesMany(op)
        ? fc.array(fc.option(value, { freq: 5 }), { minLength: 1, maxLength: 4 })
        : value.map((one) => [one]),
    );
  });

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison.map(([path, op, list]) => ({ [path]: { [op]: takesMany(op) ? list : list[0] } })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => ({ _and: parts })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => ({ _or: parts })),
    tie('tree').map((part) => ({ _not: part })),
  ),
}));

const filters = fc
  .uniqueArray(comparison, { selector: ([path, op]) => `${path}__${op}`, maxLength: 4 })
  .map((list) =>
    list.flatMap(([path, op, texts]) =>
      texts.flatMap((text): [string, string][] => (text === null ? [] : [[`${path}__${op}`, text]])),
    ),
  );
const order = (words: string[]) =>
  fc
    .subarray(words, { minLength: 1 })
    .chain((some) => fc.tuple(...some.map((word) => fc.constantFrom(word, `-${word}`))))
    .map(String);
const rows = fc.record(
  { _select: fc.subarray(names, { minLength: 1 }).map(String), _sort: order(['day', 'region', 'tags.size']) },
  { requiredKeys: [] },
);
const groups = fc.record(
  {
    _group: fc.subarray(['region', 'month(at)', 'year(day):y', 'tags.size:size'], { minLength: 1 }).map(String),
    _agg: fc
      .subarray(['sum(amount)', 'median(ratio):m', 'count_distinct(tags.size)'], { minLength: 1 })
      .map((list) => `count:n,${list}`),
    _sort: order(['n']),
  },
  { requiredKeys: ['_agg', '_sort'] },
);
const controls = fc.record(
  {
    _q: fc.constantFrom('north', 'São Paulo'),
    _limit: fc.integer({ min: 1, max: 1000 }).map(String),
    _offset: fc.integer({ min: 0, max: 10_000 }).map(String),
    _count: fc.constantFrom('none', 'exact'),
    _shape: fc.constantFrom('object', 'array'),
    _format: fc.constant('json'),
    _filter: tree.map((value) => JSON.stringify(value)),
  },
  { requiredKeys: [] },
);
const parameters = fc
  .tuple(filters, fc.oneof(rows, groups), controls)
  .map(([some, lists, rest]) => [...some, ...(Object.entries({ ...lists, ...rest }) as [string, string][])]);
const search = (list: [string, string][]) => new URLSearchParams(list).toString();

describe('the canonical query', () => {
  it('means what the query meant', () => {
    fc.assert(
      fc.property(parameters, (pairs) => {
        const original = query(search(pairs));
        expect(query(canonicalQuery(original, view, true))).toEqual(original);
      }),
      { numRuns: seeds(300) },
    );
  });

  it('is the same in whatever order the parameters stand', () => {
    fc.assert(
      fc.property(parameters, fc.infiniteStream(fc.nat()), (pairs, at) => {
        const shuffled = pairs.map((pair) => ({ pair, at: at.next().value })).sort((a, b) => a.at - b.at);
        expect(canonicalQuery(query(search(shuffled.map(({ pair }) => pair))), view, true)).toBe(
          canonicalQuery(query(search(pairs)), view, true),
        );
      }),
    );
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(parameters, (pairs) => {
        const once = canonicalQuery(query(search(pairs)), view, true);
        expect(canonicalQuery(query(once), view, true)).toBe(once);
      }),
    );
  });

  it('of equal conditions in another order or written twice is one', () => {
    const { filter } = query(
      '_filter={"_and":[{"count":1},{"_and":[{"region":"a"},{"count":1}]},{"_not":{"_not":{"paid":true}}}]}',
    );
    expect(filter).toEqual(query('paid=true&count__in=1&region=a').filter);
    expect(filter && normalForm(filter)).toEqual(filter);
  });

  it('of every operator is a parameter of its own', () => {
    expect(filterOperators.every((op) => Object.values(operatorsOf).some((ops) => ops.includes(op)))).toBe(true);
    expect(canonicalQuery(query('region__nin=b&region__nin=a&day__null=false&count__gte=7'), view, true)).toBe(
      'count__gte=7&day__null=false&region__nin=a&region__nin=b',
    );
  });
});
