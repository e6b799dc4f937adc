import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImportBench } from './import-bench-of-a-test';

const spectrum = join(__dirname, '../../../../node_modules/csv-spectrum');
const names = readdirSync(join(spectrum, 'csvs')).map((file) => file.replace('.csv', ''));

describe('every file of csv-spectrum', () => {
  let bench: ImportBench;
  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  it.each(names)('gives the rows of its JSON: %s', async (name) => {
    const json = JSON.parse(readFileSync(join(spectrum, `json/${name}.json`), 'utf8'));
    // One file has its only row without an array.
    const expected: Record<string, string>[] = [json].flat();
    const types = Object.fromEntries(Object.keys(expected[0] ?? {}).map((label) => [label, 'text' as const]));
    const source = readFileSync(join(spectrum, `csvs/${name}.csv`));
    // Another one has another telephone number than its CSV.
    if (name === 'location_coordinates') Object.assign(expected[0] ?? {}, { 'Contact Phone Number': '2095257564' });
    const { fields, rows } = await bench.importText(source, 'csv', { types });
    const read = (await rows()).map((row) => Object.values(JSON.parse(row)));
    expect(fields.map(({ label }) => label)).toEqual(Object.keys(types));
    expect(read).toEqual(expected.map((row) => Object.values(row)));
  });
});
