import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { type RowKey, RowsRequest } from '@sluice/contracts/catalogue/rows';
import { parseRowQuery } from '@sluice/query/reading/parse-query';
import type { RowQuery } from '@sluice/query/reading/row-query';
import { isObject, NumberText, parseJson } from '@sluice/query/values/json-value';
import { operatorsOf, takesMany, valueType } from '@sluice/query/values/operators';
import { openView } from '@sluice/query/views/view';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import {
  type Cell,
  Exact,
  groupsOf,
  isFound,
  matches,
  type OracleRow,
  sorted,
} from '../../../../test/support/row-oracle';
import { cellOf, csvCell, edges, samples, types } from '../../../../test/support/row-samples';
import { Engine } from '../engine/engine';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import type { VersionTable } from '../tables/version-table';
import { importFile } from '../typing/import-of-a-test';
import { readGroups } from './read-groups';
import { readPage } from './read-page';

describe('the answer to a query', () => {
  let root: string;
  let engine: Engine;
  let table: VersionTable;
  let rows: OracleRow[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-answers-'));
    engine = await Engine.open({
      directory: root,
      name: 'reads',
      memoryBytes: 256e6,
      threads: 2,
      running: 4,
      waiting: 99,
    });
    const names = Object.keys(types).filter((name) => name !== 'id');
    const one = fc.record(
      Object.fromEntries(
        names.map((name) => [name, fc.option(fc.constantFrom(...samples[types[name] ?? 'text']), { freq: 6 })]),
      ),
    );
    const drawn = fc
      .sample(one, { numRuns: 150, seed: 11 })
      .map((row, id) => ({ id: String(id), ...row }) as Record<string, string | null>);
    rows = drawn.map((row) => {
      return Object.fromEntries(
        Object.entries(row).map(([name, text]) => [name, text === null ? null : cellOf[types[name] ?? 'text'](text)]),
      );
    });
    const path = join(root, 'source.csv');
    const lines = drawn.map((row) =>
      Object.keys(types)
        .map((name) => csvCell(row[name] ?? null))
        .join(),
    );
    await writeFile(path, [Object.keys(types).join(), ...lines, ''].join('\n'));
    const options = ImportOptions.parse({ format: 'csv', types });
    const imported = await importFile(engine, { path, kind: 'csv', warnings: [] }, options, {
      directory: root,
      onRows: () => {},
    });
    expect(imported.fields.map(({ name, type }) => [name, type])).toEqual(Object.entries(types));
    const file = join(root, 'table.duckdb');
    await buildTableFile(engine, 't1', imported.path, file);
    table = {
      id: 't1',
      sql: await attachTableFile(engine, 't1', file),
      fields: imported.fields,
      rowCount: imported.rowCount,
    };
  }, 60_000);

  afterAll(async () => {
    engine?.close();
    await rm(root, { recursive: true });
  });

  function parsed(pairs: [string, string][]): RowQuery {
    const query = parseRowQuery(new URLSearchParams(pairs).toString(), openView(table.fields));
    if (!query.ok) throw new Error(JSON.stringify([pairs, query.faults]));
    return query.query;
  }

  async function read(query: RowQuery, after?: RowKey) {
    const { cursor: _, shape: __, format: ___, ...rest } = query;
    const request = RowsRequest.parse({ ...rest, snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 }, after });
    const { group } = request;
    const page = group
      ? await readGroups(engine, table, { ...request, group }, 10_000)
      : await readPage(engine, table, request, 10_000);
    const found = parseJson(Buffer.from(page.bytes).toString());
    if (!Array.isArray(found) || !found.every(isObject)) throw new Error('no list of rows');
    return { ...page.head, rows: found };
  }

  async function readAll(query: RowQuery, limit: number) {
    const all: Record<string, unknown>[] = [];
    for (let after: RowKey | undefined, first = true; first || after; first = false) {
      const page = await read({ ...query, limit }, after);
      expect(page.returned).toBe(page.rows.length);
      all.push(...page.rows);
      after = page.nextKey ?? undefined;
    }
    return all;
  }

  const operand = (path: string) => (path.includes('.') ? 'path' : (types[path] ?? 'text'));
  const paths = [...Object.keys(types), 'j.k', 'j.n.m', 'j.0', 'j.l'];
  const comparison = fc
    .constantFrom(...paths)
    .chain((path) => fc.tuple(fc.constant(path), fc.constantFrom(...operatorsOf[operand(path)])))
    .chain(([path, op]) => {
      const type = valueType(operand(path), op);
      const texts = type === 'number' && path.includes('.') ? ['5', '6.5'] : [...samples[type], ...(edges[type] ?? [])];
      const value = fc.constantFrom(
        ...(op !== 'null' && (operand(path) === 'path' || op === 'has') ? [...texts, '7', '2.5'] : texts),
      );
      const values = takesMany(op)
        ? fc.array(fc.option(value, { freq: 4 }), { minLength: 1, maxLength: 3 })
        : value.map((each) => [each]);
      return values.map((list) => ({ [path]: { [op]: takesMany(op) ? list : list[0] } }));
    });
  const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: comparison },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => ({ _and: parts })) },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((parts) => ({ _or: parts })) },
      { weight: 1, arbitrary: tie('tree').map((part) => ({ _not: part })) },
    ),
  }));
  const filter = fc.option(
    tree.map((value): [string, string] => ['_filter', JSON.stringify(value)]),
    { freq: 8 },
  );
  const search = fc.option(
    fc.constantFrom('e', 'A', '😀', 'a É', '%').map((text): [string, string] => ['_q', text]),
    { freq: 1 },
  );
  const order = (words: string[]) =>
    fc
      .shuffledSubarray(words, { maxLength: 3 })
      .chain((some) => fc.tuple(...some.map((word) => fc.constantFrom(word, `-${word}`))))
      .map((keys): [string, string][] => (keys.length > 0 ? [['_sort', keys.join()]] : []));
  const given = (pairs: ([string, string] | null)[]) => pairs.filter((pair) => pair !== null);

  it('has exactly the rows that plain TypeScript finds, in its order, however large the pages are', async () => {
    const sort = order(paths.filter((path) => !['id', 'j'].includes(path)));
    await fc.assert(
      fc.asyncProperty(filter, search, sort, fc.integer({ min: 7, max: 200 }), async (where, words, keys, limit) => {
        const query = parsed(given([where, words, ...keys]));
        const expected = sorted(
          rows.filter((row) => matches(row, query.filter) && isFound(row, query.search)),
          query.sort,
        ).map(({ id }) => String(id));
        const found = await readAll({ ...query, select: ['id'] }, limit);
        expect(found.map(({ id }) => id instanceof NumberText && id.text)).toEqual(expected);
        const { total } = await read({ ...query, select: ['id'], count: true, limit: 1 });
        expect(total).toBe(expected.length);
      }),
      { numRuns: seeds(400) },
    );
  });

  it('has exactly the groups that plain TypeScript makes, numbers exact, however large the pages are', async () => {
    const keys = fc.subarray(
      ['t', 'i', 'd', 'b', 'n', 'day', 'month(at):m', 'week(day)', 'hour(at)', 'quarter(day)', 'year(at)', 'j.k'],
      { maxLength: 2 },
    );
    const aggregates = fc.subarray(
      [
        'count:c',
        'count_distinct(t)',
        'count_distinct(j.k)',
        'sum(i)',
        'sum(d)',
        'sum(n)',
        'avg(i)',
        'avg(d)',
        'min(t)',
        'max(d)',
        'max(at)',
        'median(i)',
        'median(n)',
        'min(opens)',
      ],
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(
        filter,
        keys,
        aggregates,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 2, max: 60 }),
        async (where, by, values, sorts, descending, limit) => {
          const pairs: ([string, string] | null)[] = [
            where,
            by.length > 0 ? ['_group', by.join()] : null,
            ['_agg', values.join()],
          ];
          const query = parsed(given(pairs));
          if (!query.group) throw new Error('no group');
          const last = query.select.at(-1) ?? '';
          if (sorts && by.length > 0) query.sort = [{ field: last, descending }];
          const groups = groupsOf(
            rows.filter((row) => matches(row, query.filter)),
            query.group,
          );
          const found = await readAll(query, limit);
          const expected = sorted(groups, query.sort);
          expect(found).toHaveLength(expected.length);
          // A double differs in its last digit by the order of adding; groups that it ties or parts may change places.
          const fuzzy = sorts && /^(avg|median|sum_n)/.test(last);
          const pairsOf = fuzzy
            ? pairUp(
                found,
                expected,
                query.group.keys.map(({ name }) => name),
              )
            : found.map((row, index) => [row, expected[index]] as const);
          for (const [row, wanted] of pairsOf) {
            expect(Object.keys(row)).toEqual(query.select);
            for (const name of query.select) expectSame(row[name], wanted?.[name] ?? null);
          }
        },
      ),
      { numRuns: seeds(250) },
    );
  });

  it('refuses more than 10,000 groups and sums beyond 38 digits', async () => {
    const wide = { ...table, sql: '(SELECT range AS _row, range AS id FROM range(10001))', rowCount: 10_001 };
    const request = (group: string) => {
      const {
        cursor: _,
        shape: __,
        format: ___,
        ...query
      } = parsed([['_agg', group], ...(group === 'count' ? [['_group', 'id'] as [string, string]] : [])]);
      const whole = RowsRequest.parse({ ...query, snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 } });
      return { ...whole, group: whole.group ?? { keys: [], aggregates: [] } };
    };
    await expect(readGroups(engine, wide, request('count'), 10_000)).rejects.toMatchObject({
      fault: { name: '_group', code: 'too_many_groups', max: 10_000 },
    });
    const huge = { ...table, sql: `(SELECT range AS _row, ${'9'.repeat(38)}::DECIMAL(38, 0) AS d FROM range(20))` };
    await expect(readGroups(engine, huge, request('sum(d)'), 10_000)).rejects.toMatchObject({
      fault: { name: '_agg', code: 'out_of_range' },
    });
  });
});

function pairUp(found: Record<string, unknown>[], expected: OracleRow[], keys: string[]) {
  const id = (row: Record<string, unknown>) => keys.map((name) => keyText(row[name])).join('\0');
  const byKey = new Map(expected.map((row) => [id(row), row]));
  return found.map((row) => [row, byKey.get(id(row))] as const);
}

/** A key of either side as one text: numbers by their value. */
function keyText(value: unknown): string {
  if (value instanceof Exact) return String(value.units);
  const text = value instanceof NumberText ? value.text : String(value);
  if (/^-?\d+(\.\d+)?$/.test(text)) return String(Exact.of(text).units);
  return value instanceof NumberText ? String(Number(text)) : text;
}

function expectSame(actual: unknown, expected: Cell): void {
  if (actual instanceof NumberText && expected instanceof Exact) expect(Exact.of(actual.text)).toEqual(expected);
  else if (actual instanceof NumberText && typeof expected === 'bigint') expect(BigInt(actual.text)).toBe(expected);
  else if (actual instanceof NumberText && typeof expected === 'number') {
    const number = Number(actual.text);
    expect(Math.abs(number - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-12);
  } else expect(actual).toEqual(expected);
}
