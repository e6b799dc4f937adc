import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_SHEET_ROWS } from '@sluice/contracts/catalogue/row-formats';
import type { Field, FieldType } from '@sluice/contracts/fields';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { seeds } from '../../../../test/measure/seeds';
import { Engine } from '../engine/engine';
import { sqlType } from '../engine/json-text';
import { literal } from '../engine/sql';
import { QueryRefused } from '../rows/read-groups';
import { stage } from '../sheets/stage-of-a-test';
import { sheetName } from './workbook-parts';
import { xlsxDocument } from './xlsx-document';

const SCALE = 3;
const bigint = (digits: bigint) => fc.bigInt({ min: -(10n ** digits), max: 10n ** digits });

describe('a workbook of rows', () => {
  let root: string;
  let engine: Engine;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-workbooks-'));
    engine = await Engine.open({
      ...{ directory: root, name: 'exports', memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 },
    });
  });
  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  async function write(relation: string, fields: readonly Field[], end: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    const rows = { relation, values: [], fields: [...fields], end };
    for await (const { bytes } of xlsxDocument(rows, { title: 'orders', description: 'API orders' }, { engine }))
      pieces.push(bytes);
    return Buffer.concat(pieces);
  }

  /** Writes one column of values, each the text that DuckDB reads it from. */
  function column(type: FieldType, values: readonly (string | null)[], scale = SCALE): Promise<Buffer> {
    const rows = values.map((value, row) => `(${row}, ${value === null ? 'NULL' : sqlOf(value)})`);
    const relation = `(SELECT _row, a::${sqlType(type, scale)} AS a FROM (VALUES ${rows.join(', ')}) AS v(_row, a))`;
    return write(relation, [fieldOf('a', type, scale)], values.length);
  }

  async function readBack(type: FieldType, values: readonly (string | null)[], scale = SCALE) {
    // A second column would say which rows there are; here a last text does.
    const { rows } = await stage(await column(type, values, scale));
    return rows.map(([cell]) => cell);
  }

  const sheetOf = (file: Buffer) => strFromU8(unzipSync(file)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());

  it('has numbers where a spreadsheet holds every digit, and their texts where it does not', async () => {
    const cells = await readBack('integer', ['999999999999999', '1000000000000000', '-9223372036854775808', '-7', '0']);
    expect(cells).toEqual([999999999999999, '1000000000000000', '-9223372036854775808', -7, 0]);
    const decimals = ['19.5', '999999999999.999', '1000000000000.000', '-99999999999999999999999999999999999.999'];
    expect(await readBack('decimal', decimals)).toEqual([19.5, 999999999999.999, ...decimals.slice(2)]);
    const tiny = [`0.${'0'.repeat(15)}${'9'.repeat(15)}`, `0.${'0'.repeat(14)}1${'0'.repeat(15)}`];
    expect(await readBack('decimal', tiny, 30)).toEqual([9.99999999999999e-16, tiny[1]]);
    expect(await readBack('number', ['0.1', '1e300', '5e-324', '1.7976931348623157e308', '-2.5'])).toEqual([
      ...[0.1, 1e300, '5e-324', '1.7976931348623157e+308', -2.5],
    ]);
  });

  it('has dates and times that a spreadsheet knows, from 1900 on with its 29 February, and texts of all others', async () => {
    const days = ['1900-01-01', '1900-02-28', '1900-03-01', '2026-01-31', '9999-12-31'];
    expect(await readBack('date', ['1899-12-31', ...days, '0001-01-01'])).toEqual([
      '1899-12-31',
      ...days,
      '0001-01-01',
    ]);
    expect(sheetOf(await column('date', ['1900-01-01', '1900-02-28', '1900-03-01', '1899-12-31']))).toMatch(
      /<v>1<.*<v>59<.*<v>61<.*<t xml:space="preserve">1899-12-31</s,
    );
    const moments = ['1900-01-01 10:00:00', '1969-12-31 23:59:59.999', '2026-01-31 10:00:00.5', '9999-12-31 23:59:59'];
    expect(await readBack('datetime', [...moments, '2026-01-31 10:00:00.000001'])).toEqual([
      ...['1900-01-01T10:00:00', '1969-12-31T23:59:59.999', '2026-01-31T10:00:00.500', '9999-12-31T23:59:59'],
      '2026-01-31T10:00:00.000001Z',
    ]);
    expect(await readBack('time', ['00:00:00', '09:30:00', '23:59:59.999', '00:00:00.000001', '24:00:00'])).toEqual([
      ...['00:00:00', '09:30:00', '23:59:59.999', '00:00:00.000001', '24:00:00'],
    ]);
  });

  it('has every text as it is, whatever it looks like, and never as a formula', async () => {
    const texts = ['=1+1', '+1', '-1', '@x', ' a ', '\ta\n\nb', 'a\r\nb', '_x0041_', '_x0041_x0042_', 'pos_x', ']]>'];
    expect(await readBack('text', texts)).toEqual(texts);
    expect(sheetOf(await column('text', texts))).not.toContain('<f');
    expect(sheetOf(await column('text', ['pos_x', '_x004']))).not.toContain('005F');
    expect(await readBack('json', ['{"a":[1,"<&>"]}', '[]'])).toEqual(['{"a":[1,"<&>"]}', '[]']);
    expect(await readBack('boolean', ['true', null, 'false'])).toEqual([true, false]);
  });

  it('read again has the same values, whatever they are', async () => {
    const character = fc.oneof(
      fc.constantFrom(...'_x0041_&<>"\'=\r\n\t \u0001\u001f\u007f\ufffe\uffff😀'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const storable = (text: string) => text !== '' && !/[\p{Surrogate}\0]/u.test(text);
    const text = fc.string({ unit: character, minLength: 1 }).filter(storable);
    const values = fc.record({
      text: fc.array(text, { minLength: 1 }),
      integer: fc.array(bigint(18n).map(String), { minLength: 1 }),
      decimal: fc.array(
        bigint(20n).map((units) => decimalOf(units)),
        { minLength: 1 },
      ),
      number: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(values, async ({ text, integer, decimal, number }) => {
        expect(await readBack('text', text)).toEqual(text);
        expect((await readBack('integer', integer)).map((cell) => BigInt(cell))).toEqual(integer.map(BigInt));
        expect((await readBack('decimal', decimal)).map(Number)).toEqual(decimal.map(Number));
        expect((await readBack('number', number)).map(Number)).toEqual(number.map((each) => Number(each) + 0));
      }),
      { numRuns: seeds(25) },
    );
  }, 120_000);

  it('has a header that stays in sight, widths, a filter, a name that Excel takes, and the same bytes each time', async () => {
    const file = await column('text', ['x'.repeat(40)]);
    expect(sheetOf(file)).toMatch(/<pane ySplit="1"[^>]*state="frozen"\/>.*width="41".*<autoFilter ref="A1:A2"\/>/s);
    expect(strFromU8(unzipSync(file)['docProps/core.xml'] ?? new Uint8Array())).toContain(
      '<dc:title>orders</dc:title>',
    );
    expect(await column('text', ['x'.repeat(40)])).toEqual(file);
    expect(['a[b]:*?/\\', 'History', "'x'", '', 'y'.repeat(40)].map(sheetName)).toEqual([
      ...['a_b______', 'History_', '_x_', '_', 'y'.repeat(31)],
    ]);
  });

  it('refuses a text that no cell holds before anything is written, and names its field', async () => {
    const fits = `${'é'.repeat(32_765)}😀`;
    expect(await readBack('text', [fits])).toEqual([fits]);
    const refused = column('text', ['short', `${fits}x`]);
    await expect(refused).rejects.toThrow(QueryRefused);
    await expect(refused).rejects.toMatchObject({ fault: { name: '_format', max: 32_767 } });
  });

  it('fails where there are more rows than a sheet has', async () => {
    const fields = [fieldOf('a', 'integer')];
    const rows = (count: number) => write(`(SELECT range AS _row, 1::BIGINT AS a FROM range(${count}))`, fields, count);
    await expect(rows(MAX_SHEET_ROWS + 1)).rejects.toThrow('more rows than a sheet can have');
  }, 60_000);
});

function decimalOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

function sqlOf(value: string): string {
  return literal(value);
}

function fieldOf(name: string, type: FieldType, scale = 0): Field {
  const bounds = { min: null, max: null, distinct: null };
  return { name, label: name, type, nullable: true, ...bounds, ...(type === 'decimal' && { scale }) };
}
