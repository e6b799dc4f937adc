import { gzipSync } from 'node:zlib';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { ImportBench, refusalOf } from './import-bench-of-a-test';

describe('importing a file', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  describe('encodings and compression', () => {
    const table = 'name,n\nZoë €,1\n';
    const rowsOf = async (bytes: Buffer, options: Partial<ImportOptions> = {}) => {
      const { rows, warnings } = await bench.importText(bytes, 'csv', options);
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
      const { fields, warnings } = await bench.importText(late);
      expect(fields[0]?.max).toBe('"a"');
      expect(fields[0]?.min).toBe('"Zoë €"');
      expect(warnings).toMatchObject([{ code: 'encoding_guessed', detail: expect.stringContaining('Windows-1252') }]);
    });

    it('unpacks gzip, announced or not, and refuses it when it is broken', async () => {
      expect((await rowsOf(gzipSync(table), { gzip: true })).rows).toEqual(expected);
      expect((await rowsOf(gzipSync(table))).rows).toEqual(expected);
      expect((await refusalOf(bench.importText(gzipSync(table).subarray(0, -3), 'csv'))).faults).toMatchObject([
        { code: 'broken_gzip' },
      ]);
      expect((await refusalOf(bench.importText(table, 'csv', { gzip: true }))).faults).toMatchObject([
        { code: 'not_gzip' },
      ]);
    });

    it('stops a small gzip that holds a huge file', async () => {
      const bomb = gzipSync(Buffer.alloc(101e6, 'a'));
      expect(await refusalOf(bench.importText(bomb, 'csv', { gzip: true }))).toMatchObject({
        code: 'payload_too_large',
      });
    });

    it('refuses binary content, empty files, and Parquet that is none, with the reason', async () => {
      expect((await refusalOf(bench.importText(Buffer.from([1, 2, 0, 3])))).faults).toMatchObject([
        { code: 'binary_content' },
      ]);
      expect((await refusalOf(bench.importText(''))).faults).toMatchObject([{ code: 'empty_file' }]);
      expect((await refusalOf(bench.importText('a,b\n', 'parquet'))).faults).toMatchObject([{ code: 'not_parquet' }]);
      expect((await refusalOf(bench.importText(`PAR1${'x'.repeat(99)}PAR1`, 'parquet'))).faults).toMatchObject([
        { code: 'broken_parquet' },
      ]);
    });
  });
});
