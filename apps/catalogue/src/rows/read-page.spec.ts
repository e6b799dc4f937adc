import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { type RowKey, RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { FieldType } from '@sluice/contracts/fields';
import fc from 'fast-check';
import type { z } from 'zod';
import { seeds } from '../../../../test/measure/seeds';
import { Engine } from '../engine/engine';
import { QueryTimeout } from '../engine/engine-errors';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import type { VersionTable } from '../tables/version-table';
import { importFile } from '../typing/import-of-a-test';
import { UnknownField } from './columns';
import { readPage } from './read-page';

type Request = Partial<z.input<typeof RowsRequest>>;

const VERSION = `ver_${'0'.repeat(26)}`;

describe('reading a page', () => {
  let root: string;
  let engine: Engine;
  let tables = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-page-'));
    engine = await Engine.open({
      directory: root,
      name: 'reads',
      memoryBytes: 256e6,
      threads: 2,
      running: 4,
      waiting: 99,
    });
  });

  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  async function tableOf(csv: string, types: Record<string, FieldType> = {}): Promise<VersionTable> {
    const directory = await mkdtemp(join(root, 'table-'));
    const path = join(directory, 'source');
    await writeFile(path, csv);
    const options = ImportOptions.parse({ format: 'csv', types });
    const {
      fields,
      rowCount,
      path: parquet,
    } = await importFile(engine, { path, kind: 'csv', warnings: [] }, options, {
      directory,
      onRows: () => {},
    });
    const alias = `t${++tables}`;
    const file = join(directory, 'table.duckdb');
    await buildTableFile(engine, alias, parquet, file);
    return { id: alias, sql: await attachTableFile(engine, alias, file), fields, rowCount };
  }

  async function read(table: VersionTable, request: Request = {}) {
    const whole = RowsRequest.parse({
      snapshot: { versionId: VERSION, seq: 0 },
      select: table.fields.map(({ name }) => name),
      sort: [],
      limit: 100,
      count: false,
      ...request,
    });
    const { head, bytes } = await readPage(engine, table, whole, 10_000);
    return { ...head, text: Buffer.from(bytes).toString(), rows: JSON.parse(Buffer.from(bytes).toString()) };
  }

  const eq = (field: string, value: string | null) => ({ field, op: 'eq' as const, values: [value] });

  it('gives slices of the file in its order with its number of rows', async () => {
    const table = await tableOf(`n,t\n${Array.from({ length: 250 }, (_, i) => `${i},x`).join('\n')}`);
    const first = await read(table, { select: ['n'], limit: 100 });
    expect(first).toMatchObject({ returned: 100, hasMore: true, total: 250, nextKey: { row: 99, values: [] } });
    expect(first.text.startsWith('[{"n":0},{"n":1},')).toBe(true);
    const third = await read(table, { select: ['n'], limit: 100, after: { row: 199, values: [] } });
    expect(third).toMatchObject({ returned: 50, hasMore: false, total: 250, nextKey: null });
    expect(third.rows[0]).toEqual({ n: 200 });
    expect(await read(table, { offset: 249, limit: 1 })).toMatchObject({
      returned: 1,
      hasMore: false,
      rows: [{ n: 249, t: 'x' }],
    });
    expect(await read(table, { offset: 9_999 })).toMatchObject({ returned: 0, hasMore: false, text: '[]' });
  });

  it('keeps minus zero and zero apart, however often they come', async () => {
    const values = Array.from({ length: 3_000 }, (_, row) => ['-0.0', '0.0', '0.5'][row % 3]);
    const { text } = await read(await tableOf(`v\n${values.join('\n')}\n`), { limit: 3 });
    expect(text).toBe('[{"v":-0.0},{"v":0.0},{"v":0.5}]');
  });

  it('compares numbers inside json by all their digits, beyond 2^53 too', async () => {
    const values = ['9007199254740992', '9007199254740993', '9007199254740994', '1.5', '99999999999999999999'];
    const table = await tableOf(`meta\n${values.map((value) => `"{""n"":${value}}"`).join('\n')}\n`, { meta: 'json' });
    const count = async (op: 'gt' | 'gte' | 'lt' | 'lte', value: string) => {
      const { rows } = await read(table, { select: ['meta'], filter: { field: 'meta.n', op, values: [value] } });
      return rows.length;
    };
    expect(await count('gt', '9007199254740992')).toBe(3);
    expect(await count('gt', '9007199254740993')).toBe(2);
    expect(await count('gte', '9007199254740993')).toBe(3);
    expect(await count('lt', '9007199254740993')).toBe(2);
    expect(await count('lte', '99999999999999999998')).toBe(4);
    expect(await count('gt', '9007199254740992.5')).toBe(3);
  });

  it('selects fields in the order asked for', async () => {
    const table = await tableOf('a,b,c\n1,2,3\n');
    expect((await read(table, { select: ['c', 'a'] })).text).toBe('[{"c":3,"a":1}]');
    await expect(read(table, { select: ['d'] })).rejects.toThrow(UnknownField);
  });

  describe('equality', () => {
    let table: VersionTable;

    beforeAll(async () => {
      table = await tableOf(
        [
          'id,i,n,d,b,day,at,clock,t',
          '1,5,0.1,12345678901234567.25,true,2024-02-29,2024-01-01T10:00:00.5+02:00,09:30,"it\'s"',
          '2,6,2,1.5,false,2024-03-01,2024-01-02T00:00:00Z,10:00:00.25,',
          '3,,,,,,,,""',
        ].join('\n'),
      );
    });

    it.each([
      ['i', '5', [1]],
      ['i', '5.5', []],
      ['i', '99999999999999999999', []],
      ['n', '0.1', [1]],
      ['n', '0.1000', [1]],
      ['n', '2e0', [2]],
      ['d', '12345678901234567.25', [1]],
      ['d', '1.50', [2]],
      ['d', '1.499', []],
      ['b', 'true', [1]],
      ['b', 'yes', []],
      ['day', '2024-02-29', [1]],
      ['day', '2023-02-29', []],
      ['at', '2024-01-01T08:00:00.5Z', [1]],
      ['at', '2024-01-01T09:00:00.500+01:00', [1]],
      ['clock', '09:30:00', [1]],
      ['clock', '10:00:00.25', [2]],
      ['t', "it's", [1]],
      ['t', '', [3]],
      ['t', "' OR 1=1 --", []],
      ['t', null, [2]],
      ['i', null, [3]],
      ['i', 'x', []],
    ])('%s = %s', async (field, value, ids) => {
      const page = await read(table, { select: ['id'], filter: eq(field, value), count: true });
      expect(page.rows).toEqual(ids.map((id) => ({ id })));
      expect(page).toMatchObject({ total: ids.length, hasMore: false });
    });

    it('counts only when asked to', async () => {
      expect(await read(table, { filter: eq('b', 'true') })).toMatchObject({ returned: 1, total: null });
    });

    it('of several fields must all hold', async () => {
      const both = [eq('i', '5'), eq('b', 'true')];
      expect((await read(table, { select: ['id'], filter: { and: both } })).rows).toEqual([{ id: 1 }]);
      expect((await read(table, { filter: { and: [eq('i', '5'), eq('b', 'false')] } })).rows).toEqual([]);
    });
  });

  it('sorts nulls last ascending and first descending, equal values by their place in the file', async () => {
    const table = await tableOf('id,v\n1,b\n2,\n3,a\n4,b\n');
    const ids = async (descending: boolean) =>
      (await read(table, { select: ['id'], sort: [{ field: 'v', descending }] })).rows.map(
        ({ id }: { id: number }) => id,
      );
    expect(await ids(false)).toEqual([3, 1, 4, 2]);
    expect(await ids(true)).toEqual([2, 1, 4, 3]);
  });

  it('goes through all rows once, page by page, whatever the order, filter and size of the pages', async () => {
    const values = fc.record({
      n: fc.constantFrom('', '-1', '0.25', '3'),
      d: fc.constantFrom('', '12345678901234567.5', '-0.125'),
      at: fc.constantFrom('', '2024-01-01', '2024-01-01 10:00:00.5'),
      t: fc.constantFrom('', '""', 'b', 'é'),
    });
    const rows = fc.sample(values, { numRuns: 60, seed: 7 });
    const lines = rows.map(({ n, d, at, t }, id) => [id, n, d, at, t].join(','));
    const table = await tableOf(`id,n,d,at,t\n${lines.join('\n')}\n`);
    expect(table.fields.map(({ type }) => type)).toEqual(['integer', 'number', 'decimal', 'datetime', 'text']);
    const sorts = fc.uniqueArray(fc.record({ field: fc.constantFrom('n', 'd', 'at', 't'), descending: fc.boolean() }), {
      selector: ({ field }) => field,
      maxLength: 3,
    });
    const filters = fc.constantFrom(null, eq('t', 'b'), eq('n', null));
    await fc.assert(
      fc.asyncProperty(sorts, filters, fc.integer({ min: 3, max: 25 }), async (sort, filter, limit) => {
        const all = await read(table, { sort, filter, limit: 100 });
        const paged: unknown[] = [];
        let after: RowKey | undefined;
        do {
          const page = await read(table, { sort, filter, limit, after });
          expect(page.returned).toBeLessThanOrEqual(limit);
          paged.push(...page.rows);
          after = page.nextKey ?? undefined;
        } while (after);
        expect(paged).toEqual(all.rows);
      }),
      { numRuns: seeds(25) },
    );
  });

  it('reads hundreds of fields at once', async () => {
    const names = Array.from({ length: 450 }, (_, index) => `c${index}`);
    const table = await tableOf(`${names}\n${names.map((_, index) => index)}\n${names.map(() => 'x')}\n`);
    const { rows } = await read(table, { sort: [{ field: 'c7', descending: true }] });
    expect(rows.map((row: Record<string, string>) => [Object.keys(row).length, row.c449])).toEqual([
      [450, 'x'],
      [450, '449'],
    ]);
  });

  it('gives up a query that takes too long, and goes on with the next', async () => {
    const slow = engine.query('SELECT count(*) FROM range(10_000_000_000) a, range(1000)', [], { timeoutMs: 50 });
    await expect(slow).rejects.toThrow(QueryTimeout);
    expect(await engine.query('SELECT 1')).toEqual([[1]]);
  });
});
