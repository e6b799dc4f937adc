import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { ImportBench, refusalOf } from './import-bench-of-a-test';

const cases = join(__dirname, '../../../../test/cases/import');

describe('importing Parquet', () => {
  let bench: ImportBench;
  let files = 0;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  const importCase = (name: string) => bench.import(createReadStream(join(cases, name)), 'parquet');
  /** Writes the rows of a query to a file, and imports it. */
  async function importRows(sql: string, options: Parameters<ImportBench['import']>[2] = {}) {
    const path = join(bench.root, `rows-${++files}.parquet`);
    await bench.engine.query(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
    return bench.import(createReadStream(path), 'parquet', options);
  }

  it('refuses decimals of more than 38 digits by the name of their field, and never makes other numbers of them', async () => {
    expect((await refusalOf(importCase('decimal39.parquet'))).faults).toMatchObject([
      { code: 'decimal_too_long', name: 'price', detail: expect.stringContaining('39 digits') },
    ]);
    expect((await refusalOf(importCase('bignumeric_76_38.parquet'))).faults).toMatchObject([{ name: 'x' }]);
    const longest = "SELECT '123456789012345678901234567890123456.78'::DECIMAL(38, 2) AS d";
    expect(await (await importRows(longest)).rows()).toEqual(['{"d":123456789012345678901234567890123456.78}']);
  });

  it('refuses a file that is packed as only Hadoop does by the name of that', async () => {
    const { faults } = await refusalOf(importCase('hadoop_lz4_compressed.parquet'));
    expect(faults).toMatchObject([
      { code: 'unknown_packing', detail: expect.stringContaining('LZ4 as Hadoop has it') },
    ]);
  });

  it('tells of every field that its nanoseconds were cut, with a zone, without one, of times and inside of others', async () => {
    const cut = (field: string) => ({ code: 'fraction_cut', detail: 'Nanoseconds were cut to microseconds.', field });
    const { rows, warnings } = await importCase('ts_ns.parquet');
    expect((await rows(1))[0]).toBe('{"t":"2020-06-28T22:17:33.123456Z","z":"2020-06-28T22:17:33.123456Z"}');
    expect(warnings).toEqual([cut('t'), cut('z')]);
    const times = await importRows(
      "SELECT TIME_NS '12:34:56.123456789' AS t, {'u': TIME_NS '12:34:56.000000999'} AS s",
    );
    expect(times.types).toEqual({ t: 'time', s: 'json' });
    expect(await times.rows()).toEqual(['{"t":"12:34:56.123456","s":{"u":"12:34:56"}}']);
    expect(times.warnings).toEqual([cut('t'), cut('s')]);
  });

  it('keeps the labels of fields that differ by their case only', async () => {
    const { fields, rows } = await importCase('casecols.parquet');
    expect(fields.map(({ name, label }) => [name, label])).toEqual([
      ['id', 'id'],
      ['ID_2', 'ID'],
    ]);
    expect(await rows()).toEqual(['{"id":1,"ID_2":2}']);
  });

  it('takes what says that it is JSON for JSON, at any depth', async () => {
    const { types, rows, warnings } = await importRows(
      `SELECT '{"a": 1.50}'::JSON AS j, ['[2]'::JSON, NULL] AS l UNION ALL SELECT NULL, NULL`,
    );
    expect(types).toEqual({ j: 'json', l: 'json' });
    expect(await rows()).toEqual(['{"j":{"a": 1.50},"l":[[2],null]}', '{"j":null,"l":null}']);
    expect(warnings).toEqual([]);
  });

  it('makes dates outside of the years 1 to 9999 null, and tells their number', async () => {
    const { rows, warnings } = await importRows(
      `SELECT * FROM (VALUES
        (DATE '0001-01-01', TIMESTAMP '9999-12-31 23:59:59.999999', TIMESTAMPTZ '2024-01-05 10:00:00+00'),
        (DATE '10000-01-01', TIMESTAMP '10000-01-01 00:00:00', TIMESTAMPTZ '0044-03-15 (BC) 00:00:00+00'),
        (DATE '0044-03-15 (BC)', 'infinity', NULL)) v(d, t, z)`,
    );
    expect(await rows()).toEqual([
      '{"d":"0001-01-01","t":"9999-12-31T23:59:59.999999Z","z":"2024-01-05T10:00:00Z"}',
      '{"d":null,"t":null,"z":null}',
      '{"d":null,"t":null,"z":null}',
    ]);
    expect(warnings.map(({ code, field, count }) => [code, field, count])).toEqual([
      ['out_of_range', 'd', 2],
      ['not_finite', 't', 1],
      ['out_of_range', 't', 1],
      ['out_of_range', 'z', 1],
    ]);
  });
});
