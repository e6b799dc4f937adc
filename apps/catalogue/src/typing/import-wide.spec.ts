import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { ImportBench, refusalOf } from './import-bench-of-a-test';

const wide250 = join(__dirname, '../../../../test/cases/import/wide250text.csv');

describe('a file of many columns', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });

  afterAll(() => bench.close());

  it('may have 4,000 columns where those are named that come in', async () => {
    const header = Array.from({ length: 4_000 }, (_, column) => `Column ${column}`);
    const row = header.map((_, column) => `${column}`);
    const csv = `${header.join()}\n${row.join()}\n`;
    const refused = await refusalOf(bench.importText(csv));
    expect(refused.faults).toMatchObject([{ code: 'too_many_columns', detail: expect.stringContaining('?fields=') }]);
    const select = ['column 7', 'Column 3999'];
    const json = JSON.stringify([Object.fromEntries(header.map((name, column) => [name, column]))]);
    for (const [text, format] of [
      [csv, 'csv'],
      [json, 'json'],
    ] as const) {
      const { types, rows } = await bench.importText(text, format, { reading: { select } });
      expect([types, await rows()]).toEqual([
        { Column_7: 'integer', Column_3999: 'integer' },
        ['{"Column_7":7,"Column_3999":3999}'],
      ]);
    }
    expect((await refusalOf(bench.importText(csv, 'csv', { reading: { select: ['no'] } }))).faults).toMatchObject([
      { code: 'unknown_field', name: 'fields' },
    ]);
    const misfit = bench.importText('a,b,c\n1,2,x\n', 'csv', { reading: { select: ['c'] }, types: { c: 'integer' } });
    expect((await refusalOf(misfit)).faults).toMatchObject([{ line: 2, column: 5 }]);
  });

  it('of 250 columns of repeated texts comes in within the memory of an import: wide250text.csv', async () => {
    const { rowCount, fields } = await bench.import(createReadStream(wide250), 'csv');
    expect([rowCount, fields.length]).toEqual([10, 250]);
  });
});
