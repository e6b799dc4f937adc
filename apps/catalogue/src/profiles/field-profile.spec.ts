import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { Engine } from '../engine/engine';
import { QueryTimeout } from '../engine/engine-errors';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import type { VersionTable } from '../tables/version-table';
import { importFile } from '../typing/import-of-a-test';
import { profileField } from './field-profile';

const numbers: Field = {
  name: 'v',
  label: 'v',
  type: 'integer',
  nullable: false,
  min: null,
  max: null,
  distinct: null,
};

describe('the profile of a field', () => {
  let root: string;
  let engine: Engine;
  let tables = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-profile-'));
    const bounds = { memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 };
    engine = await Engine.open({ directory: root, name: 'reads', ...bounds });
  });

  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  /** A table of one field `v`, and another that keeps empty lines apart. */
  async function tableOf(values: readonly string[], type: FieldType): Promise<VersionTable> {
    const directory = await mkdtemp(join(root, 'table-'));
    const path = join(directory, 'source');
    await writeFile(path, `v,other\n${values.map((value) => `${value},x\n`).join('')}`);
    const options = ImportOptions.parse({ format: 'csv', types: { v: type }, strict: true });
    const file = await importFile(engine, { path, kind: 'csv', warnings: [] }, options, {
      directory,
      onRows: () => {},
    });
    const alias = `t${++tables}`;
    const built = join(directory, 'table.duckdb');
    await buildTableFile(engine, alias, file.path, built);
    const sql = await attachTableFile(engine, alias, built);
    return { id: alias, sql, fields: file.fields, rowCount: file.rowCount };
  }

  async function profile(values: readonly string[], type: FieldType, timeoutMs = 10_000) {
    const table = await tableOf(values, type);
    const field = table.fields.find(({ name }) => name === 'v');
    if (!field) throw new Error('there is no field v');
    expect(field.type).toBe(type);
    return await profileField(engine, table, field, timeoutMs);
  }

  const counts = (told: Awaited<ReturnType<typeof profile>>) => told.buckets?.map(({ count }) => count);

  it('of whole numbers has a bar for each value where there are few, and counts what is empty', async () => {
    expect(await profile(['3', '', '-1', '3', '0', ''], 'integer')).toEqual({
      name: 'v',
      nulls: 2,
      distinct: 3,
      isEstimate: false,
      min: '-1',
      max: '3',
      buckets: [
        { from: '-1', to: '-1', count: 1 },
        { from: '0', to: '0', count: 1 },
        { from: null, to: null, count: 0 },
        { from: null, to: null, count: 0 },
        { from: '3', to: '3', count: 2 },
      ],
      top: null,
    });
  });

  it('of whole numbers has twenty equal bars, whose ends are values of the rows', async () => {
    const told = await profile(
      Array.from({ length: 1_000 }, (_, index) => String(index)),
      'integer',
    );
    expect(counts(told)).toEqual(Array.from({ length: 20 }, () => 50));
    expect(told.buckets?.[1]).toEqual({ from: '50', to: '99', count: 50 });
    expect(told).toMatchObject({ distinct: 1_000, min: '0', max: '999' });
  });

  it('keeps every digit of whole numbers at the ends of 64 bits, and tells those of 10^18 apart', async () => {
    const wide = await profile(['-9223372036854775808', '0', '9223372036854775807'], 'integer');
    expect(wide).toMatchObject({ min: '-9223372036854775808', max: '9223372036854775807', distinct: 3 });
    expect(counts(wide)?.filter((count) => count > 0)).toEqual([1, 1, 1]);
    const near = await profile(['1000000000000000000', '1000000000000000001', '1000000000000000002'], 'integer');
    expect(counts(near)).toEqual([1, 1, 1]);
  });

  it('of numbers spells them as rows do, however far apart', async () => {
    const told = await profile(['-1.5e308', '0.1', '1.5e308', '0.30000000000000004'], 'number');
    expect(told).toMatchObject({ min: '-1.5e+308', max: '1.5e+308', distinct: 4 });
    expect(told.buckets).toHaveLength(20);
    expect(counts(told)?.filter((count) => count > 0)).toEqual([1, 2, 1]);
  });

  it('of decimals keeps 38 digits, and tells near ones apart', async () => {
    const large = '9'.repeat(38);
    const wide = await profile([`-${large}`, large, '0'], 'decimal');
    expect(wide).toMatchObject({ min: `-${large}`, max: large, distinct: 3 });
    expect(counts(wide)?.filter((count) => count > 0)).toEqual([1, 1, 1]);
    const near = await profile(['12345678901234567.25', '12345678901234567.50', '12345678901234567.75'], 'decimal');
    expect(near).toMatchObject({ min: '12345678901234567.25', max: '12345678901234567.75' });
    expect(counts(near)?.filter((count) => count > 0)).toEqual([1, 1, 1]);
  });

  it('of dates, datetimes and times goes back before 1970', async () => {
    expect(await profile(['1969-12-30', '1970-01-02', '0001-01-01'], 'date')).toMatchObject({
      min: '0001-01-01',
      max: '1970-01-02',
      distinct: 3,
    });
    expect(counts(await profile(['1969-12-30', '1970-01-01'], 'date'))).toEqual([1, 0, 1]);
    const moments = await profile(['1960-01-01T00:00:00Z', '2024-01-01T10:00:00.5+02:00'], 'datetime');
    expect(moments).toMatchObject({ min: '1960-01-01T00:00:00Z', max: '2024-01-01T08:00:00.5Z' });
    expect(moments.buckets).toHaveLength(20);
    const times = await profile(['09:30:00', '23:59:59.999999', '00:00:00'], 'time');
    expect(times).toMatchObject({ min: '00:00:00', max: '23:59:59.999999', distinct: 3 });
  });

  it('of texts has the ten most frequent, equal ones in their order, and says where one was cut', async () => {
    const long = 'é'.repeat(300);
    const values = ['b', 'a', 'b', '""', '', '🦊 日本', long, ...Array.from({ length: 12 }, (_, index) => `z${index}`)];
    const told = await profile(values, 'text');
    expect(told).toMatchObject({ nulls: 1, distinct: 17, min: '', buckets: null });
    expect(told.top).toHaveLength(10);
    expect(told.top?.slice(0, 3)).toEqual([
      { value: 'b', isCut: false, count: 2 },
      { value: '', isCut: false, count: 1 },
      { value: 'a', isCut: false, count: 1 },
    ]);
    const foreign = await profile([long, '🦊 日本', '🦊 日本'], 'text');
    expect(foreign.top).toEqual([
      { value: '🦊 日本', isCut: false, count: 2 },
      { value: 'é'.repeat(200), isCut: true, count: 1 },
    ]);
  });

  it('of booleans counts both, of json what is empty and nothing else', async () => {
    expect(await profile(['true', 'false', 'true', ''], 'boolean')).toMatchObject({
      nulls: 1,
      distinct: 2,
      min: 'false',
      max: 'true',
      top: [
        { value: 'true', count: 2 },
        { value: 'false', count: 1 },
      ],
    });
    expect(await profile(['"{""a"":1}"', ''], 'json')).toEqual({
      name: 'v',
      nulls: 1,
      distinct: null,
      isEstimate: false,
      min: null,
      max: null,
      buckets: null,
      top: null,
    });
  });

  it('of one value, or of none, has one bar or none', async () => {
    for (const type of ['integer', 'number', 'decimal', 'date'] as const) {
      const value = { integer: '7', number: '7.5', decimal: '12345678901234567.25', date: '2024-02-29' }[type];
      expect(await profile([value, value], type)).toMatchObject({
        distinct: 1,
        buckets: [{ from: value, to: value, count: 2 }],
      });
      expect(await profile(['', ''], type)).toMatchObject({ nulls: 2, distinct: 0, min: null, buckets: [] });
    }
    expect(await profile(['', ''], 'text')).toMatchObject({ nulls: 2, distinct: 0, top: [] });
  });

  it('is given up when its time is over', async () => {
    const slow: VersionTable = {
      id: 'slow',
      sql: '(SELECT a.range AS v FROM range(10_000_000) a, range(10_000) b)',
      fields: [],
      rowCount: 1e11,
    };
    await expect(profileField(engine, slow, numbers, 50)).rejects.toThrow(QueryTimeout);
  });

  it('of more than a million rows tells an estimate as one', async () => {
    const many: VersionTable = {
      id: 'many',
      sql: '(SELECT range % 1000 AS v FROM range(1_000_001))',
      fields: [],
      rowCount: 1_000_001,
    };
    const told = await profileField(engine, many, numbers, 10_000);
    expect(told).toMatchObject({ isEstimate: true, nulls: 0 });
    expect(told.distinct).toBeGreaterThan(800);
    expect(counts(told)?.reduce((sum, count) => sum + count, 0)).toBe(1_000_001);
  });
});
