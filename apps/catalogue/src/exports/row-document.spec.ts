import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { RowFormatting } from '@sluice/contracts/catalogue/row-formats';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { RecordBatchReader, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import type { z } from 'zod';
import { seeds } from '../../../../test/measure/seeds';
import { Engine } from '../engine/engine';
import { StorageFull } from '../engine/engine-errors';
import { readPage } from '../rows/read-page';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import type { VersionTable } from '../tables/version-table';
import { importFile } from '../typing/import-of-a-test';
import { type Part, resultSql } from './result-sql';
import { openDocument } from './row-document';
import { SpoolDirectory } from './spool-directory';
import { spool } from './spooled-rows';

type Request = Partial<z.input<typeof RowsRequest>>;
const MAX_SPOOL_BYTES = 20e6;
const SAMPLE = [
  'id,name,amount,ratio,paid,day,at,opens,extra',
  '1,"Ä, ""x""",19.50,0.1,true,2026-01-31,2026-01-31T10:00:00.5Z,09:30,"{""a"":[1,2]}"',
  '9007199254740993,,-0.01,1e300,false,1969-12-31,1969-12-31T23:59:59.999999Z,23:59:59,',
  '-9223372036854775808,"",99999999999999999999.99,,,,,,"[]"',
  '',
].join('\n');
const types: Record<string, FieldType> = { amount: 'decimal', extra: 'json' };

describe('a document of rows', () => {
  let root: string;
  let engine: Engine;
  let spools: SpoolDirectory;
  let tables = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-documents-'));
    const options = { directory: root, name: 'exports', memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 };
    engine = await Engine.open(options);
    spools = new SpoolDirectory(join(root, 'spools'), MAX_SPOOL_BYTES);
  });
  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  async function tableOf(file: Uint8Array | string, options: z.input<typeof ImportOptions>): Promise<VersionTable> {
    const directory = await mkdtemp(join(root, 'table-'));
    const path = join(directory, 'source');
    await writeFile(path, file);
    const steps = { directory, onRows: () => {} };
    const kind = options.format === 'ndjson' ? 'json' : (options.format ?? 'csv');
    const made = await importFile(engine, { path, kind, warnings: [] }, ImportOptions.parse(options), steps);
    const alias = `t${++tables}`;
    const database = join(directory, 'table.duckdb');
    await buildTableFile(engine, alias, made.path, database);
    return {
      id: alias,
      sql: await attachTableFile(engine, alias, database),
      fields: made.fields,
      rowCount: made.rowCount,
    };
  }

  function whole(table: VersionTable, request: Request = {}): RowsRequest {
    const select = table.fields.map(({ name }) => name);
    const snapshot = { versionId: `ver_${'0'.repeat(26)}`, seq: 0 };
    return RowsRequest.parse({ snapshot, select, sort: [], limit: 1000, count: false, ...request });
  }

  async function write(
    table: VersionTable,
    formatting: z.input<typeof RowFormatting>,
    request: Request = {},
    part?: Part,
  ): Promise<{ bytes: Buffer; rows: number }> {
    const result = resultSql(table, whole(table, request), part);
    const pieces: Uint8Array[] = [];
    let rows = 0;
    for await (const piece of openDocument(result, table.rowCount, RowFormatting.parse(formatting), spools, {
      engine,
    })) {
      pieces.push(piece.bytes);
      rows += piece.rows;
    }
    return { bytes: Buffer.concat(pieces), rows };
  }

  async function rowsOf(table: VersionTable): Promise<string> {
    return Buffer.from((await readPage(engine, table, whole(table), 10_000)).bytes).toString();
  }

  const typesOf = ({ fields }: VersionTable) => Object.fromEntries(fields.map(({ name, type }) => [name, type]));
  it('in CSV has a header, quotes where needed, and tells null from empty text', async () => {
    const table = await tableOf(SAMPLE, { format: 'csv', types });
    const { bytes, rows } = await write(table, { format: 'csv' });
    expect(rows).toBe(3);
    expect(bytes.toString().split('\r\n')).toEqual([
      'id,name,amount,ratio,paid,day,at,opens,extra',
      '1,"Ä, ""x""",19.50,0.1,true,2026-01-31,2026-01-31T10:00:00.5Z,09:30:00,"{""a"":[1,2]}"',
      '9007199254740993,,-0.01,1e+300,false,1969-12-31,1969-12-31T23:59:59.999999Z,23:59:59,',
      '-9223372036854775808,"",99999999999999999999.99,,,,,,"[]"',
      '',
    ]);
  });

  it('in CSV for spreadsheets begins with a byte order mark and holds no formulas', async () => {
    const table = await tableOf('a,b\n=1+1,-5\n+x,1\n@y,2\n"\tz",3\nplain,4\n', { format: 'csv' });
    const { bytes } = await write(table, { format: 'csv', bom: true, escapeFormulas: true });
    expect(bytes.toString()).toBe(`\uFEFFa,b\r\n"'=1+1",-5\r\n"'+x",1\r\n"'@y",2\r\n"'\tz",3\r\nplain,4\r\n`);
  });

  it.each(['json', 'ndjson', 'csv', 'parquet', 'arrow'] as const)('in %s is whole without any row', async (format) => {
    const table = await tableOf('a,b\n1,x\n', { format: 'csv' });
    const none = { filter: { field: 'a', op: 'eq' as const, values: ['2'] } };
    const { bytes, rows } = await write(table, { format }, none);
    expect(rows).toBe(0);
    if (format === 'json') expect(JSON.parse(bytes.toString())).toEqual([]);
    if (format === 'ndjson') expect(bytes.length).toBe(0);
    if (format === 'csv') expect(bytes.toString()).toBe('a,b\r\n');
    if (format === 'arrow') expect(tableFromIPC(bytes).schema.fields.map(({ name }) => name)).toEqual(['a', 'b']);
    if (format === 'parquet') expect((await tableOf(bytes, { format })).rowCount).toBe(0);
  });

  it.each(['ndjson', 'json', 'csv', 'parquet'] as const)('in %s, imported again, has the same rows', async (format) => {
    const table = await tableOf(SAMPLE, { format: 'csv', types });
    const { bytes } = await write(table, { format });
    const again = await tableOf(bytes, { format, types: typesOf(table) });
    expect(await rowsOf(again)).toBe(await rowsOf(table));
    expect(typesOf(again)).toEqual(typesOf(table));
  });

  it('in Arrow has exact types and values, nulls included', async () => {
    const table = await tableOf(SAMPLE, { format: 'csv', types });
    const { bytes } = await write(table, { format: 'arrow' });
    const arrow = tableFromIPC(bytes);
    expect(arrow.schema.fields.map(({ type }) => String(type))).toEqual([
      'Int64',
      'Utf8',
      'Decimal[38e+2]',
      'Float64',
      'Bool',
      'Date32<DAY>',
      'Timestamp<MICROSECOND, UTC>',
      'Time64<MICROSECOND>',
      'Utf8',
    ]);
    expect(arrow.getChild('id')?.toArray()).toEqual(new BigInt64Array([1n, 9007199254740993n, -9223372036854775808n]));
    expect([...(arrow.getChild('name') ?? [])]).toEqual(['Ä, "x"', null, '']);
    expect([...(arrow.getChild('paid') ?? [])]).toEqual([true, false, null]);
    expect(arrow.getChild('at')?.data[0]?.values).toEqual(expect.objectContaining({ 0: 1769853600500000n, 1: -1n }));
    expect(String(arrow.getChild('amount')?.get(2))).toBe('9999999999999999999999');
    expect(arrow.getChild('extra')?.nullCount).toBe(1);
    expect(arrow.schema.fields[8]?.metadata.get('ARROW:extension:name')).toBe('arrow.json');
  });

  it('has every row of many once and in order, whatever the format, sorted or not', async () => {
    const count = 50_000;
    const lines = Array.from({ length: count }, (_, id) => `${id},${id % 7 === 0 ? '' : `text ${id % 100}`}`);
    const table = await tableOf(`id,text\n${lines.join('\n')}\n`, { format: 'csv' });
    const ids = Array.from({ length: count }, (_, id) => id);
    const nd = (await write(table, { format: 'ndjson' })).bytes.toString().trimEnd().split('\n');
    expect(nd.map((line) => JSON.parse(line).id)).toEqual(ids);
    expect(JSON.parse((await write(table, { format: 'json' })).bytes.toString())).toHaveLength(count);
    const arrow = await write(table, { format: 'arrow' });
    expect([...RecordBatchReader.from(arrow.bytes)].length).toBeGreaterThan(1);
    const read = tableFromIPC(arrow.bytes);
    expect([...(read.getChild('id')?.toArray() ?? [])].map(Number)).toEqual(ids);
    expect([...(read.getChild('text') ?? [])]).toEqual(ids.map((id) => (id % 7 === 0 ? null : `text ${id % 100}`)));
    const spooled = await spool(resultSql(table, whole(table, { sort: [{ field: 'id', descending: true }] })), spools, {
      engine,
    });
    const sorted: Buffer[] = [];
    const csv = RowFormatting.parse({ format: 'csv' });
    for await (const { bytes } of openDocument(spooled.result, spooled.end, csv, spools, { engine })) {
      sorted.push(Buffer.from(bytes));
    }
    await spooled.remove();
    const found = Buffer.concat(sorted).toString().trimEnd().split('\r\n').slice(1);
    expect(found.map((line) => Number(line.split(',')[0]))).toEqual(ids.reverse());
  });

  it('of a page has its rows, and of groups their values with their types', async () => {
    const table = await tableOf('region,amount\nEU,1.5\nUS,2.25\nEU,3\n', {
      format: 'csv',
      types: { amount: 'decimal' },
    });
    const sort = [{ field: 'amount', descending: true }];
    const page = await write(table, { format: 'csv' }, { sort }, { limit: 2, offset: 1 });
    expect(page.bytes.toString()).toBe('region,amount\r\nUS,2.25\r\nEU,1.50\r\n');
    const group = {
      keys: [{ field: 'region', name: 'region' }],
      aggregates: [
        { fn: 'count' as const, name: 'count' },
        { fn: 'sum' as const, field: 'amount', name: 'sum_amount' },
      ],
    };
    const select = ['region', 'count', 'sum_amount'];
    const groups = await write(table, { format: 'arrow' }, { group, select });
    const arrow = tableFromIPC(groups.bytes);
    expect(arrow.schema.fields.map(({ type }) => String(type))).toEqual(['Utf8', 'Int64', 'Decimal[38e+2]']);
    expect([...(arrow.getChild('region') ?? [])]).toEqual(['EU', 'US']);
  });

  it('of very many text fields fits into the memory', async () => {
    const fields = Array.from({ length: 400 }, (_, index): Field => {
      const name = `field_${index}`;
      return { name, label: name, type: 'text', nullable: true, min: null, max: null, distinct: null };
    });
    const parquet = join(root, 'wide.parquet');
    const columns = fields.map(({ name }) => `'"x"' || range AS ${name}`).join(', ');
    await engine.query(`COPY (SELECT ${columns} FROM range(3000)) TO '${parquet}' (ROW_GROUP_SIZE 2048)`);
    const file = join(root, 'wide.duckdb');
    await buildTableFile(engine, 'wide', parquet, file);
    await rm(parquet);
    const table = { id: 'wide', sql: await attachTableFile(engine, 'wide', file), fields, rowCount: 3_000 };
    for (const format of ['ndjson', 'csv', 'arrow', 'parquet'] as const) {
      expect((await write(table, { format })).rows).toBe(3_000);
    }
  }, 120_000);

  it('leaves no file behind, also when nobody reads it to the end', async () => {
    const table = await tableOf('a\n1\n2\n', { format: 'csv' });
    const parquet = RowFormatting.parse({ format: 'parquet' });
    const pieces = openDocument(resultSql(table, whole(table)), 2, parquet, spools, { engine });
    await pieces.next();
    expect(await readdir(spools.path)).toHaveLength(1);
    await pieces.return(undefined);
    expect(await readdir(spools.path)).toEqual([]);
  });

  it.each(['parquet', 'sorted'])(
    'takes no more of the disk than it may before it is sent: %s',
    async (kind) => {
      const fields: Field[] = [
        { name: 'n', label: 'n', type: 'number', nullable: true, min: null, max: null, distinct: null },
      ];
      // 80 MB that no compression makes smaller.
      const sql = '(SELECT range AS _row, random() AS n FROM range(10000000))';
      const table = { id: 'endless', sql, fields, rowCount: 10_000_000 };
      const result = resultSql(table, whole(table));
      const begun =
        kind === 'sorted'
          ? spool(result, spools, { engine })
          : openDocument(result, table.rowCount, RowFormatting.parse({ format: 'parquet' }), spools, { engine }).next();
      await expect(begun).rejects.toThrow(StorageFull);
      expect(await readdir(spools.path)).toEqual([]);
    },
    60_000,
  );

  it('in CSV, imported again, has the same rows and types, whatever they hold', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '"', ',', '\r\n', '\n', "'", '=1', ' x ', 'null'),
    );
    const storable = text.filter(
      (value) => !/\p{Surrogate}/u.test(value) && !/[\uFEFF\uFFFD]/.test(value) && !value.includes('\0'),
    );
    const row = fc.record({
      text: fc.option(storable),
      integer: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      decimal: fc.option(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })),
      boolean: fc.option(fc.boolean()),
      datetime: fc.option(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })),
      json: fc.option(fc.json({ maxDepth: 2 }).filter((value) => /^[[{]/.test(value))),
    });
    const given: Record<string, FieldType> = {
      text: 'text',
      integer: 'integer',
      number: 'number',
      decimal: 'decimal',
      boolean: 'boolean',
      datetime: 'datetime',
      json: 'json',
    };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const lines = rows.map((each) =>
          Object.values({ ...each, datetime: each.datetime?.toISOString() ?? null })
            .map((value) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`))
            .join(','),
        );
        const text = [Object.keys(given).join(','), ...lines, ''].join('\n');
        const table = await tableOf(text, { format: 'csv', types: given });
        const { bytes } = await write(table, { format: 'csv' });
        const again = await tableOf(bytes, { format: 'csv', types: given });
        expect(await rowsOf(again)).toBe(await rowsOf(table));
        expect(typesOf(again)).toEqual(typesOf(table));
      }),
      { numRuns: seeds(25) },
    );
  }, 120_000);
});
