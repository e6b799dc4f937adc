import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Reading } from '@sluice/contracts/catalogue/reading';
import { zipSync } from 'fflate';
import { ImportBench, refusalOf } from './import-bench-of-a-test';

interface Case {
  rows: Record<string, unknown>[];
  types?: Record<string, string>;
  /** `code` or `code field` of each warning. */
  warnings?: string[];
}

const cases: Record<string, Case> = {
  'all_nan.json': { rows: [{ a: null }, { a: null }], types: { a: 'number' }, warnings: ['not_finite a'] },
  'aoa.json': {
    rows: [
      { id: 1, n: 'a' },
      { id: 2, n: 'b' },
    ],
  },
  'backslash.csv': {
    rows: [
      { id: 123, text: 'foo ("foo")' },
      { id: 332, text: 'Surname, Firstname' },
    ],
    warnings: ['escape_guessed'],
  },
  'comment.csv': {
    rows: [
      { day: '2024-01-01', rain: 3.5 },
      { day: '2024-01-02', rain: 0 },
    ],
    types: { day: 'date', rain: 'number' },
    warnings: ['comments_skipped'],
  },
  'currency.csv': {
    rows: [
      { name: 'a', price: '$1200.50', share: '12%' },
      { name: 'b', price: '$13,000', share: '3.5%' },
    ],
    warnings: ['numbers_as_text price', 'numbers_as_text share'],
  },
  'dbl.csv': {
    rows: [
      { id: 1, name: 'a', v: 2 },
      { id: 2, name: 'c', v: 3 },
    ],
    warnings: ['delimiter_guessed'],
  },
  'decimal_comma.csv': {
    rows: [
      { id: 3, stamp: 4, value: 1.2 },
      { id: 5, stamp: 6, value: 2.5 },
    ],
    warnings: ['delimiter_guessed', 'decimal_guessed value'],
  },
  'dmy.csv': {
    rows: [{ d: '2022-10-18' }, { d: '2022-10-10' }],
    types: { d: 'date' },
    warnings: ['date_format_guessed d'],
  },
  'eu_header_commas.csv': {
    rows: [
      { Menge_kg: 1.5, Preis_EUR: 2.5 },
      { Menge_kg: 3.5, Preis_EUR: 4.5 },
    ],
    warnings: ['delimiter_guessed', 'decimal_guessed Menge_kg', 'decimal_guessed Preis_EUR'],
  },
  'geo.geojson': { rows: [{ name: 'A', geometry: null }], types: { name: 'text', geometry: 'json' } },
  'mysql_null.csv': {
    rows: [
      { id: 1, name: 'a', score: 3.5 },
      { id: 2, name: '"Q"', score: null },
      { id: 3, name: '\\N', score: 4 },
    ],
    warnings: ['escape_guessed', 'nulls_guessed score'],
  },
  'na_numbers.csv': {
    rows: [
      { station: 'A', temp: 12.5, day: '2024-01-01' },
      { station: 'B', temp: null, day: '2024-01-02' },
      { station: 'C', temp: null, day: null },
      { station: 'D', temp: null, day: null },
    ],
    types: { station: 'text', temp: 'number', day: 'date' },
    warnings: ['nulls_guessed temp', 'nulls_guessed day'],
  },
  'one_bad.csv': {
    rows: [
      { id: 1, name: 'Zürich' },
      { id: 2, name: 'caf\ufffd' },
    ],
    warnings: ['bytes_replaced'],
  },
  'plus.csv': { rows: [{ delta: 5 }, { delta: -3 }, { delta: 0.5 }], types: { delta: 'number' } },
  'quoted_all.csv': {
    rows: [
      { id: 1, temp: 12.5, day: '2024-01-01', ok: true },
      { id: 2, temp: null, day: null, ok: null },
      { id: 3, temp: 13, day: '2024-01-03', ok: false },
    ],
    warnings: ['nulls_guessed temp', 'nulls_guessed day', 'nulls_guessed ok'],
  },
  'ragged_short.csv': {
    rows: [
      { id: 1, a: 'x', b: null, c: null },
      { id: 2, a: 'y', b: 'z', c: null },
      { id: 3, a: 'p', b: 'q', c: 'r' },
    ],
    warnings: ['delimiter_guessed', 'rows_padded'],
  },
  'sep.csv': { rows: [{ id: 1, name: 'x' }] },
  'space_quote2.csv': {
    rows: [
      { Index: 1, Item: 'Socks', Cost: 7.97 },
      { Index: 6, Item: 'Sunscreen', Cost: 6.68 },
    ],
    warnings: ['blanks_trimmed'],
  },
  'times.csv': {
    rows: [
      { a: '09:30:00', b: '09:30:00', c: '09:30:00' },
      { a: '23:59:00', b: '10:00:00', c: '13:15:00' },
    ],
    types: { a: 'time', b: 'time', c: 'time' },
  },
  'title_padded.csv': {
    rows: [
      { region: 'EU', amount: 10.5, units: 3 },
      { region: 'US', amount: 11.5, units: 4 },
    ],
    warnings: ['lines_skipped'],
  },
  'title_semicolon.csv': {
    rows: [
      { id: 1, gestore: 'Rossi', prezzo: 1.799 },
      { id: 2, gestore: 'Bianchi', prezzo: 1.859 },
      { id: 3, gestore: 'Verdi', prezzo: 1.9 },
    ],
    warnings: ['delimiter_guessed', 'lines_skipped', 'decimal_guessed prezzo'],
  },
  'title_semicolon2.csv': {
    rows: [
      { id: 1, gestore: 'Rossi', citta: 'Roma' },
      { id: 2, gestore: 'Bianchi', citta: 'Bari' },
    ],
    warnings: ['delimiter_guessed', 'lines_skipped'],
  },
  'trail_rows.csv': {
    rows: [
      { GTIN: 123, Brand: 'x', EK: 31.4, VK: null, Cat: 'R' },
      { GTIN: 124, Brand: 'y', EK: 29.6, VK: 79.95, Cat: 'R' },
    ],
    warnings: ['delimiter_guessed', 'cells_dropped'],
  },
  'wrapped2.json': {
    rows: [
      { id: 1, n: 'a' },
      { id: 2, n: 'b' },
    ],
  },
};

describe('a file as people have it', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });

  afterAll(() => bench.close());

  const read = (name: string, reading: Reading = {}) => {
    const source = createReadStream(join(__dirname, '../../../../test/cases/import', name));
    return bench.import(source, name.endsWith('json') ? 'json' : 'csv', { reading });
  };

  it.each(Object.entries(cases))('comes in right, and tells what was guessed: %s', async (name, expected) => {
    const { rows, types, warnings } = await read(name);
    expect((await rows()).map((row) => JSON.parse(row))).toEqual(expected.rows);
    expect(types).toMatchObject(expected.types ?? {});
    const told = warnings.map(({ code, field }) => (field ? `${code} ${field}` : code));
    expect(told).toEqual(expected.warnings ?? []);
  });

  it('is explained: docs/importing.md has every option and every warning of these files', async () => {
    const page = await readFile(join(__dirname, '../../../../docs/importing.md'), 'utf8');
    const codes = Object.values(cases).flatMap(({ warnings = [] }) => warnings.map((warning) => warning.split(' ')[0]));
    const options = Object.keys(Reading.shape).filter((name) => name !== 'strict');
    for (const word of [...codes, ...options]) expect(page).toContain(`\`${word}\``);
  });

  it('is found in an archive, or is a workbook, whatever was said of it: csv.zip, x.xlsx', async () => {
    for (const name of ['csv.zip', 'x.xlsx']) {
      const { rowCount, fields } = await read(name);
      expect([rowCount > 0, fields.length > 1]).toEqual([true, true]);
    }
  });

  it('is refused in an archive of an archive', async () => {
    const inner = await readFile(join(__dirname, '../../../../test/cases/import/csv.zip'));
    const refused = await refusalOf(bench.importText(Buffer.from(zipSync({ 'r.txt': inner })), 'csv'));
    expect(refused.faults).toMatchObject([{ code: 'wrong_kind' }]);
  });

  it('is read in the encoding that was said: cp1251.csv', async () => {
    const { fields, rows } = await read('cp1251.csv', { encoding: 'windows-1251' });
    expect(fields.map(({ label }) => label)).toEqual(['город', 'число']);
    expect(await rows()).toEqual([expect.stringContaining('Москва')]);
  });

  it('keeps minus zero and zero apart: mz1.csv', async () => {
    expect(await (await read('mz1.csv')).rows()).toEqual(['{"v":-0.0}', '{"v":0.0}', '{"v":0.5}']);
  });

  it('makes numbers of amounts and percents where that is said, without losing a digit: currency.csv', async () => {
    const { rows, types } = await read('currency.csv', { currency: true, percent: true });
    expect(types).toEqual({ name: 'text', price: 'number', share: 'number' });
    expect(await rows()).toEqual([
      '{"name":"a","price":1200.5,"share":0.12}',
      '{"name":"b","price":13000.0,"share":0.035}',
    ]);
  });

  it('shows what amounts would become before anybody decides: currency.csv', async () => {
    const { warnings } = await read('currency.csv');
    expect(warnings[0]).toMatchObject({
      option: 'currency',
      line: 2,
      count: 2,
      examples: [
        { before: '$1200.50', after: '1200.5' },
        { before: '$13,000', after: '13000.0' },
      ],
    });
  });

  it('shows percents whose commas are those of fractions as such', async () => {
    const { warnings } = await bench.importText('part\n12%\n"12,5%"\n"7,25%"\n');
    expect(warnings[0]).toMatchObject({
      option: 'percent',
      count: 3,
      examples: [
        { before: '12%', after: '0.12' },
        { before: '12,5%', after: '0.125' },
        { before: '7,25%', after: '0.0725' },
      ],
    });
  });

  it('takes the words for no value that were said, and no others: na_numbers.csv', async () => {
    const { types } = await read('na_numbers.csv', { nulls: ['NA'] });
    expect(types).toEqual({ station: 'text', temp: 'text', day: 'date' });
    const { types: ofField } = await read('na_numbers.csv', { fields: { temp: { nulls: ['NA', 'N/A', '-'] } } });
    expect(ofField).toMatchObject({ temp: 'number' });
  });

  it('is nothing but RFC 4180 where that is asked: strict', async () => {
    expect((await refusalOf(read('ragged_short.csv', { strict: true, delimiter: ';' }))).faults).toMatchObject([
      { code: 'wrong_field_count', line: 2 },
      { code: 'wrong_field_count', line: 3 },
    ]);
    expect((await refusalOf(read('one_bad.csv', { strict: true }))).faults).toMatchObject([
      { code: 'invalid_encoding' },
    ]);
    const { types } = await read('na_numbers.csv', { strict: true });
    expect(types).toMatchObject({ temp: 'text', day: 'text' });
  });

  it('is refused as what it is: a page of HTML', async () => {
    expect(await refusalOf(read('page.csv'))).toMatchObject({ message: expect.stringContaining('HTML') });
  });
});
