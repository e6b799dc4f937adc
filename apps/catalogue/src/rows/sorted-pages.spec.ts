import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { FieldType } from '@sluice/contracts/fields';
import type { Filter, FilterOperator } from '@sluice/contracts/filter';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { waitFor } from '../../../../test/support/wait-for';
import { Engine } from '../engine/engine';
import { KeyIndexes } from '../indexes/key-index';
import { SortedColumns } from '../indexes/sorted-columns';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import { ROW, type VersionTable } from '../tables/version-table';
import { importFile } from '../typing/import-of-a-test';
import { FastPages } from './fast-pages';
import { type Page, readPage } from './read-page';
import { RowBlocks } from './row-blocks';
import { SortedPages } from './sorted-pages';

const ROWS = 3_000;
const EARLIER_ROWS = 2_000;
const MIB = 1024 ** 2;
const LIMIT_MS = 10_000;

/** Values of each field; those that filters ask for stand beside them, too. */
const values: Record<string, { type: FieldType; own: string[]; others: string[] }> = {
  i: {
    type: 'integer',
    own: ['0', '1', '-7', '9223372036854775807', '-9223372036854775808', '12', '13', '14'],
    others: ['2', '-8'],
  },
  n: { type: 'number', own: ['0', '0.25', '-1.5', '3', '1e300', '-0.0'], others: ['0.26', '-1e+300', '1e-7'] },
  d: { type: 'decimal', own: ['0', '0.10', '-123.12', '7', '7.01'], others: ['0.105', '-123.121', '7.009', '99999'] },
  b: { type: 'boolean', own: ['true', 'false'], others: [] },
  day: { type: 'date', own: ['2024-02-29', '0001-01-01', '9999-12-31', '1969-07-20'], others: ['2024-02-28'] },
  at: {
    type: 'datetime',
    own: ['2024-02-29T23:59:59Z', '1969-12-31T23:00:01.000001Z', '9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z'],
    others: ['2024-02-29T23:59:59.5Z'],
  },
  opens: { type: 'time', own: ['00:00:00', '09:30:00.5', '23:59:59.999999'], others: ['09:30:00'] },
  t: { type: 'text', own: ['a', 'A', 'é', 'Ab c', '100%', '😀', '\uff5e', 'zaÉ', 'a b'], others: ['', 'b', 'a '] },
};
const names = Object.keys(values);

describe('pages of filtered and sorted rows', () => {
  let root: string;
  let engine: Engine;
  let table: VersionTable;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-sorted-'));
    const limits = { memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 };
    engine = await Engine.open({ directory: root, name: 'reads', ...limits });
    const cells = fc.record(
      Object.fromEntries(
        names.map((name) => [name, fc.option(fc.constantFrom(...(values[name]?.own ?? [])), { freq: 6 })]),
      ),
    );
    const lines = fc
      .sample(cells, { numRuns: ROWS, seed: 7 })
      .map((row, id) => [id, ...names.map((name) => (row[name] === null ? '' : `"${row[name]}"`))].join());
    const path = join(root, 'source');
    await writeFile(path, ['id', ...names].join().concat('\n', lines.join('\n'), '\n'));
    const types = Object.fromEntries(names.map((name) => [name, values[name]?.type ?? 'text']));
    const options = ImportOptions.parse({ format: 'csv', types });
    const work = { directory: root, onRows: () => {} };
    const imported = await importFile(engine, { path, kind: 'csv', warnings: [] }, options, work);
    const file = join(root, 'table.duckdb');
    await buildTableFile(engine, 'sorted', imported.path, file);
    const { fields, rowCount } = imported;
    table = { id: 'sorted', sql: await attachTableFile(engine, 'sorted', file), fields, rowCount };
  }, 60_000);

  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  /** The table as it was when it had fewer rows. */
  const earlier = (): VersionTable => ({
    ...table,
    sql: `(SELECT * FROM ${table.sql} WHERE ${ROW} < ${EARLIER_ROWS})`,
    rowCount: EARLIER_ROWS,
  });

  /** The table with every seventh row replaced. */
  const withGaps = (): VersionTable => {
    const positions = Uint32Array.from({ length: Math.ceil(ROWS / 7) }, (_, index) => 7 * index);
    return {
      ...table,
      sql: `(SELECT * FROM ${table.sql} WHERE ${ROW} % 7 <> 0)`,
      rowCount: ROWS - positions.length,
      gaps: { allSql: table.sql, end: ROWS, positions },
    };
  };

  async function columnsOf(of: VersionTable): Promise<SortedColumns> {
    const columns = new SortedColumns(engine, 64 * MIB);
    for (const field of of.fields) await waitFor(`the column of ${field.name}`, () => columns.find(of, field));
    return columns;
  }

  const fastPages = (columns: SortedColumns) =>
    new FastPages(
      new RowBlocks(engine, 64 * MIB, LIMIT_MS),
      new KeyIndexes(engine, 64 * MIB),
      new SortedPages(columns),
    );

  const operators: FilterOperator[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'null'];
  const leaf = fc.constantFrom(...names).chain((field) => {
    const { type = 'text', own = [], others = [] } = values[field] ?? {};
    const value = fc.constantFrom(...own.map((text) => (text === '-0.0' ? '0' : text)), ...others);
    return fc.constantFrom(...operators, ...(type === 'text' ? (['starts', 'contains'] as const) : [])).chain((op) => {
      const list =
        op === 'in' || op === 'nin'
          ? fc.array(fc.option(value, { freq: 4 }), { minLength: 1, maxLength: 4 })
          : op === 'null'
            ? fc.constantFrom('true', 'false').map((each) => [each])
            : fc.tuple(op === 'eq' || op === 'ne' ? fc.option(value, { freq: 8 }) : value);
      return list.map((each): Filter => ({ field, op, values: each }));
    });
  });
  const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })) },
      { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((or) => ({ or })) },
      { weight: 1, arbitrary: tie('tree').map((not) => ({ not })) },
    ),
  }));
  const key = fc.record({ field: fc.constantFrom('id', ...names), descending: fc.boolean() });
  const requests = fc
    .record({
      filter: fc.option(tree, { freq: 5 }),
      sort: fc.uniqueArray(key, { maxLength: 3, selector: ({ field }) => field }),
      limit: fc.integer({ min: 1, max: 60 }),
      offset: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(400) }),
      after: fc.option(fc.nat(EARLIER_ROWS - 1), { nil: undefined }),
      count: fc.boolean(),
    })
    .map(({ after, ...rest }) =>
      RowsRequest.parse({
        ...rest,
        snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 },
        select: ['id', 't'],
        after: after === undefined ? undefined : { row: after, values: [] },
      }),
    );
  const text = ({ head, bytes }: Page) => ({ ...head, text: Buffer.from(bytes).toString() });

  it.each([
    ['of the whole table', () => table, () => table],
    ['of a table with replaced rows', withGaps, withGaps],
    ['of a table that has grown since its values were put in order', () => table, earlier],
    ['of an earlier snapshot than that whose values were put in order', earlier, () => table],
  ])(
    'are what a query would have given: %s',
    async (_, asked, known) => {
      const of = asked();
      const fast = fastPages(await columnsOf(known()));
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const found = await fast.read(of, request);
          const page = 'head' in found ? found : await readPage(engine, found, request, LIMIT_MS);
          expect(text(page)).toEqual(text(await readPage(engine, of, request, LIMIT_MS)));
        }),
        { numRuns: seeds(600) },
      );
    },
    120_000,
  );

  it('are found without a query, but for texts that are searched within', async () => {
    const pages = new SortedPages(await columnsOf(table));
    fc.assert(
      fc.property(requests, (request) => {
        const searchesWithin = JSON.stringify(request.filter).includes('"contains"');
        expect(pages.find(table, request) === null).toBe(searchesWithin);
      }),
      { numRuns: seeds(200) },
    );
  });

  it('need no more of the values than fit into the memory that they may take, and no more than two uses', async () => {
    const [, field] = table.fields;
    if (!field) throw new Error('no field');
    const small = new SortedColumns(engine, ROWS * 10);
    for (let use = 0; use < 5; use++) expect(small.find(table, field)).toBeNull();
    const columns = new SortedColumns(engine, MIB);
    expect(columns.find(table, field)).toBeNull();
    await waitFor('the column', () => columns.find(table, field));
  });

  it('take three quarters of the memory at most for one table: what was used last stays', async () => {
    // Room for three columns, of which one is for others.
    const columns = new SortedColumns(engine, ROWS * 8 * 3.2);
    const fields = table.fields.slice(1, 4);
    for (const field of fields) await waitFor(`the column of ${field.name}`, () => columns.find(table, field));
    const [first, second, third] = fields.map((field) => columns.find(table, field) !== null);
    expect([first, second, third]).toEqual([false, true, true]);
  });
});
