import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { dialects, isAmbiguous, writeCsv } from '../../../../test/support/csv-dialects';
import { type Table, tables } from '../../../../test/support/random-tables';
import { ImportBench } from './import-bench-of-a-test';

// Letters beyond ASCII come in words: what code page single ones are of, nobody can tell.
const characters = [...'abcXYZ 0123456789"\',;\t|\\\n\r#-', '\r\n'];

/** Ways to write a table as JSON. */
const shapes: Record<string, (objects: readonly object[], table: Table) => string> = {
  array: (objects) => JSON.stringify(objects),
  'indented array': (objects) => JSON.stringify(objects, null, 2),
  lines: (objects) => objects.map((object) => `${JSON.stringify(object)}\n`).join(''),
  'array in an object': (objects) => JSON.stringify({ total: objects.length, tags: ['x'], items: objects, next: null }),
  'arrays with a header': (_, { labels, rows }) => JSON.stringify([labels, ...rows]),
  columns: (_, { labels, rows }) =>
    JSON.stringify(Object.fromEntries(labels.map((label, column) => [label, rows.map((row) => row[column])]))),
};

describe('a table that was written as a file', () => {
  let bench: ImportBench;
  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  async function readBack(file: Buffer, format: 'csv' | 'json', { labels, rows: { length } }: Table) {
    const { rows } = await bench.importText(file, format);
    const objects = (await rows(length + 1)).map((row) => JSON.parse(row));
    return { labels, rows: objects.map((object) => labels.map((label) => object[label])) };
  }

  it('comes in as it was from CSV of any dialect', async () => {
    const property = fc.asyncProperty(tables(characters), dialects, async (table, dialect) => {
      fc.pre(!isAmbiguous(table, dialect));
      expect(await readBack(writeCsv(table, dialect), 'csv', table)).toEqual(table);
    });
    await fc.assert(property, { numRuns: seeds(200), endOnFailure: true });
  }, 120_000);

  it('comes in as it was from JSON of any shape', async () => {
    const letters = [...characters, '\u0001', '\u2028', 'é', '😀', '{', '[', ']', '}', ':', '/'];
    const property = fc.asyncProperty(
      tables(letters),
      fc.constantFrom(...Object.keys(shapes)),
      async (table, shape) => {
        const { labels, rows } = table;
        const objects = rows.map((row) => Object.fromEntries(labels.map((label, column) => [label, row[column]])));
        const text = shapes[shape]?.(objects, table) ?? '';
        expect(await readBack(Buffer.from(text), 'json', table)).toEqual(table);
      },
    );
    await fc.assert(property, { numRuns: seeds(100), endOnFailure: true });
  }, 120_000);
});
