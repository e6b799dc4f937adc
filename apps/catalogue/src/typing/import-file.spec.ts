import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { receiveSource } from '../receiving/receive-source';
import { convertFile } from './convert-file';
import { ImportBench, inChunks, refusalOf } from './import-bench-of-a-test';
import { openFile } from './import-file';

describe('importing a file', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  describe('real files', () => {
    it('keeps the leading zeros of zip codes', async () => {
      const { types, rowCount, rows, fields } = await bench.importReal('zipcodes.csv', 'csv');
      expect(types).toEqual({
        zip_code: 'text',
        latitude: 'number',
        longitude: 'number',
        city: 'text',
        state: 'text',
        county: 'text',
      });
      expect(rowCount).toBe(42_049);
      expect((await rows(1))[0]).toBe(
        '{"zip_code":"00501","latitude":40.922326,"longitude":-72.637078,"city":"Holtsville","state":"NY","county":"Suffolk"}',
      );
      expect(fields[0]).toMatchObject({ min: '"00501"', max: '"99950"', nullable: false });
    });

    it('reads the mixed columns of movies.json', async () => {
      const { types, rowCount, fields } = await bench.importReal('movies.json', 'json');
      expect(rowCount).toBe(3201);
      expect(types).toMatchObject({ Title: 'text', US_Gross: 'integer', IMDB_Rating: 'number', Release_Date: 'date' });
      expect(fields.find(({ name }) => name === 'Running_Time_min')?.label).toBe('Running Time min');
    });

    it('reads TSV, dates, and three million rows of Parquet', async () => {
      expect((await bench.importReal('unemployment.tsv', 'tsv')).types).toEqual({ id: 'integer', rate: 'number' });
      const weather = await bench.importReal('seattle-weather.csv', 'csv');
      expect(weather.types).toMatchObject({ date: 'date', precipitation: 'number', weather: 'text' });
      expect(weather.fields[0]).toMatchObject({ min: '"2012-01-01"', max: '"2015-12-31"' });
      const flights = await bench.importReal('flights-3m.parquet', 'parquet');
      expect(flights.rowCount).toBe(3_000_000);
      expect(flights.types).toEqual({
        date: 'datetime',
        delay: 'integer',
        distance: 'integer',
        origin: 'text',
        destination: 'text',
      });
      expect((await flights.rows(1))[0]).toMatch(/^\{"date":"2001-\d\d-\d\dT\d\d:\d\d:\d\dZ","delay":-?\d+,/);
    });

    it('keeps every digit of computed fractions', async () => {
      const { types, rows } = await bench.importReal('flights-200k.json', 'json');
      expect(types).toEqual({ delay: 'integer', distance: 'integer', time: 'decimal(18)' });
      expect((await rows(1))[0]).toBe('{"delay":0,"distance":1452,"time":0.000000000000000000}');
    });
  });

  describe('tables', () => {
    it('splits at the delimiter that the file uses, or at the one that was given', async () => {
      expect((await bench.importText('a;b\n1,5;2\n')).types).toEqual({ a: 'number', b: 'integer' });
      expect((await bench.importText('a|b\n1|2\n')).types).toEqual({ a: 'integer', b: 'integer' });
      expect((await bench.importText('a:b\n1:2\n', 'csv', { reading: { delimiter: ':' } })).types).toEqual({
        a: 'integer',
        b: 'integer',
      });
      expect((await refusalOf(bench.importText('a', 'csv', { reading: { delimiter: '€' } }))).faults).toMatchObject([
        { code: 'invalid_delimiter' },
      ]);
    });

    it('gives safe unique names and keeps the labels', async () => {
      const { fields } = await bench.importText('_id,a b,a b,,x__y\n1,2,3,4,5\n');
      expect(fields.map(({ name, label }) => [name, label])).toEqual([
        ['id', '_id'],
        ['a_b', 'a b'],
        ['a_b_2', 'a b'],
        ['column_4', ''],
        ['x_y', 'x__y'],
      ]);
    });

    it('takes a thousand columns and refuses more', async () => {
      const wide = (columns: number) =>
        `${Array.from({ length: columns }, (_, i) => `c${i}`)}\n${Array(columns).fill('1')}\n`;
      const { fields, rows } = await bench.importText(wide(1000));
      expect(fields).toHaveLength(1000);
      expect(JSON.parse((await rows())[0] ?? '')).toHaveProperty('c999', 1);
      expect((await refusalOf(bench.importText(wide(1001)))).faults).toMatchObject([
        { line: 1, code: 'too_many_columns' },
      ]);
    });

    it('refuses a row that no message could hold, with its line', async () => {
      const { faults } = await refusalOf(bench.importText(`a,b\n1,x\n2,${'x'.repeat(300_000)}\n3,x\n`));
      expect(faults).toMatchObject([{ line: 3, code: 'row_too_large' }]);
    });

    it('leaves nothing of the faults of a malformed file to the driver', async () => {
      const { faults, message } = await refusalOf(bench.importText('a,b\n1,2\n1,2,3\n'));
      expect(faults).toEqual([
        {
          in: 'file',
          line: 3,
          column: 5,
          code: 'wrong_field_count',
          detail: 'The row has 3 fields where 2 are expected.',
        },
      ]);
      expect(message).not.toContain(bench.root);
    });

    it('is stopped by its signal', async () => {
      const stop = new AbortController();
      const directory = await mkdtemp(join(bench.root, 'stopped-'));
      const source = inChunks(Buffer.from(`a\n${'1\n'.repeat(500_000)}`), 65_536);
      const options = {
        ...ImportOptions.parse({ format: 'csv' }),
        maxBytes: 1e8,
        maxUnpackedBytes: 1e8,
        onBytes: () => {},
        onRows: () => stop.abort(new Error('stopped')),
        signal: stop.signal,
      };
      await expect(receiveSource(source, join(directory, 'upload'), options)).rejects.toThrow('stopped');
      expect(await readdir(directory)).not.toContain('version.parquet');
    });
  });

  it('takes a file apart once for all ways to read its cells, and again for each other one', async () => {
    const { engine, root } = bench;
    const directory = await mkdtemp(join(root, 'again-'));
    const limits = { maxBytes: 1e8, maxRows: 1e8, maxUnpackedBytes: 1e8, onBytes: () => {} };
    const progress = { onRows: () => {} };
    let received = 0;
    const receive = (reading: ImportOptions['reading']) => {
      const source = inChunks(Buffer.from('a;b\n1;x\nNA;y\n'));
      const path = join(directory, `upload-${++received}`);
      return receiveSource(source, path, { format: 'csv', gzip: false, reading, ...limits, ...progress });
    };
    const file = await openFile(
      await receive({}),
      { types: {}, reading: {} },
      {
        directory,
        ...progress,
        convert: (conversion) => convertFile(engine, { ...conversion, limits }, progress),
        receiveAgain: (_, reading) => receive(reading),
      },
    );
    const typesOf = async (reading: ImportOptions['reading']) =>
      (await file.convert({ types: {}, reading })).fields.map(({ type }) => type);
    expect(await typesOf({ nulls: ['x'] })).toEqual(['text', 'text']);
    expect(await typesOf({ fields: { a: { nulls: ['NA'] } }, decimal: ',' })).toEqual(['integer', 'text']);
    expect(received).toBe(1);
    expect(await typesOf({ delimiter: '|' })).toEqual(['text']);
    expect(await typesOf({ delimiter: ';', nulls: ['NA'] })).toEqual(['integer', 'text']);
    expect(received).toBe(3);
  });
});
