import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { rowsOf, xlsx } from '../../../../test/support/workbooks';
import { ImportBench, inChunks, refusalOf } from './import-bench-of-a-test';

describe('importing a spreadsheet', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  it('reads what a program wrote', async () => {
    const { types, rows, warnings } = await bench.import(
      createReadStream(join(__dirname, '../../../../test/cases/import/x.xlsx')),
      'xlsx',
    );
    expect(types).toEqual({ id: 'integer', d: 'text' });
    expect(await rows()).toEqual(['{"id":1,"d":"x"}']);
    expect(warnings).toEqual([]);
  });

  it('makes dates, times and decimals of a sheet fields of their types', async () => {
    const formats = ['yyyy-mm-dd', 'yyyy-mm-dd hh:mm', 'hh:mm:ss'];
    const cells = [1, 2, 3].map((style) => (serial: number) => `<c s="${style}"><v>${serial}</v></c>`);
    const row = (serial: number, zip: string) => [
      ...cells.map((cell, index) => cell(index === 2 ? serial % 1 : serial)),
      zip,
      serial,
    ];
    const rows = rowsOf(['day', 'at', 'clock', 'zip', 'n'], row(45296, '0123'), row(45297, '4567'));
    const { types, rows: read } = await bench.import(inChunks(xlsx({ sheets: [{ rows }], formats })), 'xlsx');
    expect(types).toEqual({ day: 'date', at: 'datetime', clock: 'time', zip: 'text', n: 'integer' });
    expect((await read())[0]).toBe(
      '{"day":"2024-01-05","at":"2024-01-05T00:00:00Z","clock":"00:00:00","zip":"0123","n":45296}',
    );
  });

  it('tells values that are not of the type that was asked for by the row and column of the sheet', async () => {
    const workbook = xlsx({ sheets: [{ rows: rowsOf(['', '', ''], ['', 'a', 'b'], ['', 1, 'x'], ['', 2, 'y']) }] });
    const refusal = await refusalOf(bench.import(inChunks(workbook), 'xlsx', { types: { b: 'integer' } }));
    expect(refusal.faults).toMatchObject([
      { line: 3, column: 3, name: 'b', code: 'type_mismatch' },
      { line: 4, column: 3, name: 'b', code: 'type_mismatch' },
    ]);
  });
});
