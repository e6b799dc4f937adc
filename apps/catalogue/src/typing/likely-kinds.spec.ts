import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { Engine } from '../engine/engine';
import { importFile } from './import-of-a-test';

const samples = [
  ...['', '1', '-1', '0', '007', '+5', '9007199254740993123', '123456789012345678901234567890', '999999999999999'],
  ...[
    '12.5',
    '-0.5',
    '.5',
    '5.',
    '1e5',
    '1E5',
    '1e400',
    '1.2345678901234567',
    '123456789012.345',
    '0.10000000000000001',
  ],
  ...['true', 'TRUE', 'nan', 'Infinity', '-inf', 'some text', 'EU', '#', '2026-01-31', '2026-02-30', '10000-01-01'],
  ...[
    '2026-01-31T10:00:00Z',
    '2026-01-31t10:00:00.5z',
    '2026-01-31 10:00',
    '2026-01-31T10:00:00+02:00',
    '10:30',
    '99:30',
  ],
];
const lasts = ['', '1', '9007199254740993123', '12.5', '1e400', 'true', 'EU', '2026-01-31', '10:30'];
/** More than the sample of a file of so wide rows. */
const ROWS = 60;
/** What columns of mixed values are looked at with has to fit into the memory of one test. */
const COLUMNS = 16;

describe('what the first rows of a file look like', () => {
  let root: string;
  let engine: Engine;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-likely-'));
    const limits = { memoryBytes: 256e6, threads: 2, running: 2, waiting: 9 };
    engine = await Engine.open({ directory: root, name: 'heavy', ...limits });
  });
  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  async function typesOf(format: 'csv' | 'json', text: string): Promise<string[]> {
    const directory = await mkdtemp(join(root, 'one-'));
    const path = join(directory, 'source');
    await writeFile(path, text);
    const options = ImportOptions.parse({ format: format === 'csv' ? 'csv' : 'ndjson' });
    const { fields } = await importFile(engine, { path, kind: format, warnings: [] }, options, {
      directory,
      onRows: () => {},
    });
    return fields.map(({ type, scale }) => `${type} ${scale ?? ''}`);
  }

  it('changes nothing of the types: the same rows in another order have the same', async () => {
    for (const last of lasts) {
      // One column for each sample, so wide that the first rows do not reach the last.
      const padding = 'x'.repeat(2_000);
      const line = (cells: readonly string[]) => [...cells, padding].join(',');
      const many = Array<string>(ROWS).fill(line(samples));
      const one = line(samples.map(() => last));
      const labels = line(samples.map((_, index) => `c${index}`)).replace(padding, 'padding');
      const text = (...rows: string[]) => [labels, ...rows, ''].join('\n');
      expect(await typesOf('csv', text(...many, one))).toEqual(await typesOf('csv', text(one, ...many)));
    }
  }, 120_000);

  it('changes nothing of the types of JSON values either', async () => {
    const texts = samples.map((sample) => JSON.stringify(sample));
    const values = [...texts, '1', '-0.5', '1e5', '1e400', '12345678901234567890', 'true', 'NaN', '{"a":1}', '["x"]'];
    const padding = JSON.stringify('x'.repeat(2_000));
    const object = (cells: readonly string[]) =>
      `{${[...cells, padding].map((cell, index) => `"c${index}":${cell}`).join(',')}}\n`;
    for (let first = 0; first < values.length; first += COLUMNS) {
      const columns = values.slice(first, first + COLUMNS);
      const many = object(columns).repeat(ROWS);
      for (const last of ['NaN', '[1]']) {
        const one = object(columns.map(() => last));
        expect(await typesOf('json', many + one)).toEqual(await typesOf('json', one + many));
      }
    }
  }, 120_000);
});
