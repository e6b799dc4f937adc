import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ImportFormat, ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { z } from 'zod';
import { Engine } from '../engine/engine';
import { rowJson } from '../engine/row-json';
import { FileRefused } from '../sources/file-refused';
import { receiveSource } from '../sources/receive-source';
import { Staging } from '../sources/stage-file';
import { importFile } from './import-file';

const progress = { onRows: () => {} };

type Options = Partial<z.input<typeof ImportOptions>>;

const data = join(__dirname, '../../../../node_modules/vega-datasets/data');

describe('importing a file', () => {
  let root: string;
  let engine: Engine;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-import-'));
    engine = await Engine.open({
      directory: root,
      name: 'heavy',
      memoryBytes: 256e6,
      threads: 2,
      running: 2,
      waiting: 9,
    });
  });

  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  async function imported(source: AsyncIterable<Uint8Array>, format: ImportFormat, options: Options = {}) {
    const directory = await mkdtemp(join(root, 'one-'));
    const parsed = ImportOptions.parse({ ...options, format });
    const limits = { maxBytes: 1e8, maxUnpackedBytes: 1e8, onBytes: () => {} };
    const staging = format === 'parquet' ? null : await Staging.open(join(directory, 'as-it-comes'), parsed, progress);
    const path = join(directory, 'upload');
    const received = await receiveSource(source, path, { ...parsed, ...limits, staging }).finally(() =>
      staging?.close(),
    );
    const result = await importFile(engine, received, parsed, { directory, ...progress });
    const sql = `SELECT ${rowJson(result.fields)} FROM read_parquet('${result.path}')`;
    const rows = async (limit = 10) => (await engine.query(`${sql} LIMIT ${limit}`)).map(([json]) => String(json));
    const types = Object.fromEntries(
      result.fields.map(({ name, type, scale }) => [name, scale ? `${type}(${scale})` : type]),
    );
    return { ...result, rows, types };
  }

  const real = (name: string, format: ImportFormat) => imported(createReadStream(join(data, name)), format);
  const text = (content: string | Buffer, format: ImportFormat = 'csv', options: Options = {}) =>
    imported(chunks(Buffer.from(content)), format, options);

  async function* chunks(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  async function refusal(work: Promise<unknown>): Promise<FileRefused> {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof FileRefused) return error;
    throw new Error('the file was not refused', { cause: error });
  }

  describe('real files', () => {
    it('keeps the leading zeros of zip codes', async () => {
      const { types, rowCount, rows, fields } = await real('zipcodes.csv', 'csv');
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
      const { types, rowCount, fields } = await real('movies.json', 'json');
      expect(rowCount).toBe(3201);
      expect(types).toMatchObject({ Title: 'text', US_Gross: 'integer', IMDB_Rating: 'number', Release_Date: 'text' });
      expect(fields.find(({ name }) => name === 'Running_Time_min')?.label).toBe('Running Time min');
    });

    it('reads TSV, dates, and three million rows of Parquet', async () => {
      expect((await real('unemployment.tsv', 'tsv')).types).toEqual({ id: 'integer', rate: 'number' });
      const weather = await real('seattle-weather.csv', 'csv');
      expect(weather.types).toMatchObject({ date: 'date', precipitation: 'number', weather: 'text' });
      expect(weather.fields[0]).toMatchObject({ min: '"2012-01-01"', max: '"2015-12-31"' });
      const flights = await real('flights-3m.parquet', 'parquet');
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
      const { types, rows } = await real('flights-200k.json', 'json');
      expect(types).toEqual({ delay: 'integer', distance: 'integer', time: 'decimal(18)' });
      expect((await rows(1))[0]).toBe('{"delay":0,"distance":1452,"time":0.000000000000000000}');
    });
  });

  describe('types', () => {
    it.each<[string, string[], string]>([
      ['integers', ['1', '-9223372036854775808', '9223372036854775807'], 'integer'],
      ['integers beyond 64 bits', ['1', '9223372036854775808'], 'decimal'],
      ['integers of 38 digits', ['9'.repeat(38)], 'decimal'],
      ['integers of 39 digits', ['9'.repeat(39)], 'text'],
      ['fractions of up to 15 digits', ['1', '-0.5', '.25', '1e10', '123456789.123456'], 'number'],
      ['fractions of more digits', ['0.1', '123456789.12345678'], 'decimal(8)'],
      ['fractions beyond 38 places that a double holds', ['1.2345678901234567e-30', '1'], 'number'],
      ['fractions beyond 38 digits that none holds', ['1.23456789012345678901e-30', '1'], 'text'],
      ['numbers beyond the range of doubles', ['1e400', '0.5'], 'text'],
      ['leading zeros', ['1', '007'], 'text'],
      ['leading zeros of fractions', ['1.5', '007.5'], 'text'],
      ['leading plus', ['+1', '2'], 'text'],
      ['booleans', ['true', 'FALSE', 'True'], 'boolean'],
      ['booleans and numbers', ['true', '1'], 'text'],
      ['dates', ['2024-02-29', '1999-12-31'], 'date'],
      ['impossible dates', ['2023-02-29'], 'text'],
      [
        'datetimes with and without offset',
        ['2024-01-01T00:00:00Z', '2024-01-01 10:00', '2024-01-01T10:00:00.5+02:00'],
        'datetime',
      ],
      ['dates and datetimes', ['2024-01-01', '2024-01-01 10:00:00'], 'datetime'],
      ['datetimes with nanoseconds', ['2024-01-01T00:00:00.123456789Z'], 'text'],
      ['times', ['00:00', '23:59:59.5'], 'time'],
      ['hours over 23', ['24:00'], 'text'],
      ['numbers with one text among them', ['1', '2', 'n/a'], 'text'],
      ['numbers and empty text', ['1', '""'], 'text'],
      ['numbers with blanks', ['1', ' 2'], 'text'],
    ])('%s', async (_, values, type) => {
      const { types } = await text(`v,w\n${values.map((value) => `${value},x`).join('\n')}`);
      expect(types.v).toBe(type);
    });

    it('is decided by the last row as much as by the first', async () => {
      const { types, rows } = await text(`v,w\n${'1,x\n'.repeat(200_000)}01,x\n`);
      expect(types.v).toBe('text');
      expect((await rows(1))[0]).toBe('{"v":"1","w":"x"}');
    });

    it('writes every value exactly', async () => {
      const { rows } = await text(
        [
          'i,n,d,b,day,at,clock,t',
          '-9223372036854775808,0.1,12345678901234567890.5,true,2024-02-29,2024-01-01T10:00:00.120+02:00,10:00:00.5,"é ""q"" \\ \t😀"',
          '9223372036854775807,1e-7,-0.000000001,FALSE,0001-01-01,2024-01-01 00:00:00,09:30,""',
          ',,,,,,,',
        ].join('\n'),
      );
      expect(await rows()).toEqual([
        '{"i":-9223372036854775808,"n":0.1,"d":12345678901234567890.500000000,"b":true,"day":"2024-02-29","at":"2024-01-01T08:00:00.12Z","clock":"10:00:00.5","t":"é \\"q\\" \\\\ \\t😀"}',
        '{"i":9223372036854775807,"n":1e-07,"d":-0.000000001,"b":false,"day":"0001-01-01","at":"2024-01-01T00:00:00Z","clock":"09:30:00","t":""}',
        '{"i":null,"n":null,"d":null,"b":null,"day":null,"at":null,"clock":null,"t":null}',
      ]);
    });

    it('makes NaN and Infinity null and says so', async () => {
      const { types, rows, warnings } = await text('v,w\n1.5,x\nNaN,x\n-inf,x\n');
      expect(types.v).toBe('number');
      expect(await rows()).toEqual(['{"v":1.5,"w":"x"}', '{"v":null,"w":"x"}', '{"v":null,"w":"x"}']);
      expect(warnings).toEqual(['Field v: 2 NaN or infinite values became null.']);
    });

    it('keeps the digits of JSON numbers, also in nested values, and mixes as text or json', async () => {
      const { types, rows } = await text(
        '[{"n":12345678901234567890123.5,"x":1,"y":{"a":[1.0000000000000000001]},"day":"2024-01-01"},{"n":1,"x":"ü\\u0001","y":"s","day":null},{"n":2,"x":true,"y":3}]',
        'json',
      );
      expect(types).toEqual({ n: 'decimal(1)', x: 'text', y: 'json', day: 'date' });
      expect(await rows()).toEqual([
        '{"n":12345678901234567890123.5,"x":"1","y":{"a":[1.0000000000000000001]},"day":"2024-01-01"}',
        '{"n":1.0,"x":"ü\\u0001","y":"s","day":null}',
        '{"n":2.0,"x":"true","y":3,"day":null}',
      ]);
    });

    it('reads numbers in JSON strings as the text that they are', async () => {
      const { types } = await text('{"zip":"02134","n":1}\n{"zip":"12","n":2}\n', 'ndjson');
      expect(types).toEqual({ zip: 'text', n: 'integer' });
    });
  });

  describe('types that were asked for', () => {
    it('win over what the file suggests, by name or label', async () => {
      const { types, rows } = await text('the zip,n,at,ok\n02134,1,2024-01-01,yes\n1,,2024-01-02,0\n', 'csv', {
        types: { 'the zip': 'integer', n: 'text', at: 'datetime', ok: 'boolean' },
      });
      expect(types).toEqual({ the_zip: 'integer', n: 'text', at: 'datetime', ok: 'boolean' });
      expect(await rows()).toEqual([
        '{"the_zip":2134,"n":"1","at":"2024-01-01T00:00:00Z","ok":true}',
        '{"the_zip":1,"n":null,"at":"2024-01-02T00:00:00Z","ok":false}',
      ]);
    });

    it('refuse the file at every value that does not fit, with line and column', async () => {
      const source = 'a,b\n1,2\n"x\ny",z\n3,2.5\n';
      const { faults } = await refusal(text(source, 'csv', { types: { b: 'integer', a: 'integer' } }));
      expect(faults).toMatchObject([
        { in: 'file', line: 3, column: 1, name: 'a', code: 'type_mismatch' },
        { in: 'file', line: 4, column: 4, name: 'b', code: 'type_mismatch' },
        { in: 'file', line: 5, column: 3, name: 'b', code: 'type_mismatch' },
      ]);
      const json = '[{"a": 1},\n  {"b": "é", "a": "é"}]';
      expect((await refusal(text(json, 'json', { types: { a: 'integer' } }))).faults).toMatchObject([
        { line: 2, column: 19 },
      ]);
    });

    it('take strict JSON only', async () => {
      const types = { j: 'json' } as const;
      const { rows } = await text('j,k\n"{""a"": [1,\n 2.50]}",x\n', 'csv', { types });
      expect(await rows()).toEqual(['{"j":{"a": [1,  2.50]},"k":"x"}']);
      for (const value of ['[1,]', 'NaN', '{a:1}', '[-Infinity]']) {
        const source = `j,k\n"${value}",x\n`;
        expect((await refusal(text(source, 'csv', { types }))).faults).toMatchObject([{ line: 2, column: 1 }]);
      }
    });

    it('name a field that there is', async () => {
      expect((await refusal(text('a,b\n1,2\n', 'csv', { types: { c: 'text' } }))).faults).toMatchObject([
        { in: 'query', name: 'types', code: 'unknown_field', allowed: ['a', 'b'] },
      ]);
    });
  });

  describe('encodings and compression', () => {
    const table = 'name,n\nZoë €,1\n';
    const rowsOf = async (bytes: Buffer, options: Options = {}) => {
      const { rows, warnings } = await text(bytes, 'csv', options);
      return { rows: await rows(), warnings };
    };
    const expected = ['{"name":"Zoë €","n":1}'];

    it('honours byte order marks', async () => {
      const utf16 = Buffer.from(`\ufeff${table}`, 'utf16le');
      expect(await rowsOf(Buffer.from(`\ufeff${table}`))).toEqual({ rows: expected, warnings: [] });
      expect(await rowsOf(utf16)).toEqual({ rows: expected, warnings: [] });
      expect(await rowsOf(Buffer.from(utf16).swap16())).toEqual({ rows: expected, warnings: [] });
    });

    it('reads what is not UTF-8 as Windows-1252, even when only its end tells', async () => {
      const late = Buffer.concat([
        Buffer.from(`name,n\n${'a,1\n'.repeat(50_000)}`),
        Buffer.from([0x5a, 0x6f, 0xeb, 0x20, 0x80, 0x2c, 0x31]),
      ]);
      const { fields, warnings } = await text(late);
      expect(fields[0]?.max).toBe('"a"');
      expect(fields[0]?.min).toBe('"Zoë €"');
      expect(warnings).toEqual([expect.stringContaining('Windows-1252')]);
    });

    it('unpacks gzip, announced or not, and refuses it when it is broken', async () => {
      expect((await rowsOf(gzipSync(table), { gzip: true })).rows).toEqual(expected);
      expect((await rowsOf(gzipSync(table))).rows).toEqual(expected);
      expect((await refusal(text(gzipSync(table).subarray(0, -3), 'csv'))).faults).toMatchObject([
        { code: 'broken_gzip' },
      ]);
      expect((await refusal(text(table, 'csv', { gzip: true }))).faults).toMatchObject([{ code: 'not_gzip' }]);
    });

    it('stops a small gzip that holds a huge file', async () => {
      const bomb = gzipSync(Buffer.alloc(101e6, 'a'));
      expect(await refusal(text(bomb, 'csv', { gzip: true }))).toMatchObject({ code: 'payload_too_large' });
    });

    it('refuses binary content, empty files, and Parquet that is none, with the reason', async () => {
      expect((await refusal(text(Buffer.from([1, 2, 0, 3])))).faults).toMatchObject([{ code: 'binary_content' }]);
      expect((await refusal(text(''))).faults).toMatchObject([{ code: 'empty_file' }]);
      expect((await refusal(text('a,b\n', 'parquet'))).faults).toMatchObject([{ code: 'not_parquet' }]);
      expect((await refusal(text(`PAR1${'x'.repeat(99)}PAR1`, 'parquet'))).faults).toMatchObject([
        { code: 'broken_parquet' },
      ]);
    });
  });

  describe('tables', () => {
    it('splits at the delimiter that the file uses, or at the one that was given', async () => {
      expect((await text('a;b\n1,5;2\n')).types).toEqual({ a: 'text', b: 'integer' });
      expect((await text('a|b\n1|2\n')).types).toEqual({ a: 'integer', b: 'integer' });
      expect((await text('a:b\n1:2\n', 'csv', { delimiter: ':' })).types).toEqual({ a: 'integer', b: 'integer' });
      expect((await refusal(text('a', 'csv', { delimiter: '€' }))).faults).toMatchObject([
        { code: 'invalid_delimiter' },
      ]);
    });

    it('gives safe unique names and keeps the labels', async () => {
      const { fields } = await text('_id,a b,a b,,x__y\n1,2,3,4,5\n');
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
      const { fields, rows } = await text(wide(1000));
      expect(fields).toHaveLength(1000);
      expect(JSON.parse((await rows())[0] ?? '')).toHaveProperty('c999', 1);
      expect((await refusal(text(wide(1001)))).faults).toMatchObject([{ line: 1, code: 'too_many_columns' }]);
    });

    it('refuses a row that no message could hold, with its line', async () => {
      const { faults } = await refusal(text(`a,b\n1,x\n2,${'x'.repeat(300_000)}\n3,x\n`));
      expect(faults).toMatchObject([{ line: 3, code: 'row_too_large' }]);
    });

    it('leaves nothing of the faults of a malformed file to the driver', async () => {
      const { faults, message } = await refusal(text('a,b\n1,2\n1,2,3\n'));
      expect(faults).toEqual([
        {
          in: 'file',
          line: 3,
          column: 5,
          code: 'wrong_field_count',
          detail: 'The row has 3 fields where 2 are expected.',
        },
      ]);
      expect(message).not.toContain(root);
    });

    it('is stopped by its signal', async () => {
      const stop = new AbortController();
      const directory = await mkdtemp(join(root, 'stopped-'));
      const source = chunks(Buffer.from(`a\n${'1\n'.repeat(500_000)}`), 65_536);
      const options = {
        ...ImportOptions.parse({ format: 'csv' }),
        maxBytes: 1e8,
        maxUnpackedBytes: 1e8,
        onBytes: () => {},
      };
      const received = await receiveSource(source, join(directory, 'upload'), options);
      const onRows = () => stop.abort(new Error('stopped'));
      await expect(importFile(engine, received, options, { directory, onRows, signal: stop.signal })).rejects.toThrow(
        'stopped',
      );
      expect(await readdir(directory)).not.toContain('version.parquet');
    });
  });
});
