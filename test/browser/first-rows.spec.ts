import { File } from 'node:buffer';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { firstRows as readFirstRows } from '../../apps/console/src/pages/imports/first-rows';
import { parquetRows as readParquetRows } from '../../apps/console/src/pages/imports/parquet-rows';
import { vegaFile } from '../support/publisher';

type Source = Parameters<typeof readFirstRows>[0];
const read: number[] = [];

/** A file that notes how much of it is read. */
class WatchedFile extends File {
  override slice(start = 0, end = this.size): ReturnType<File['slice']> {
    read.push(Math.min(end, this.size) - start);
    return super.slice(start, end);
  }
}

const watched = (name: string, content: string | Uint8Array) => {
  read.length = 0;
  return new WatchedFile([content], name) as unknown as Source;
};
const firstRows = (name: string, content: string | Uint8Array) => {
  return readFirstRows(watched(name, content), { delimiter: '', header: true });
};
const parquetRows = (content: Uint8Array) => readParquetRows(watched('rows.parquet', content), 20);
const told = (rows: unknown) => JSON.parse(JSON.stringify(rows ?? null, (_, value) => value?.value ?? value));

/** The rows of a statement as DuckDB writes them. */
async function parquet(statement: string, compression = 'snappy'): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
  try {
    const path = join(folder, 'rows.parquet');
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (${statement}) TO '${path}' (FORMAT parquet, COMPRESSION ${compression})`);
    connection.closeSync();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the first rows of a file that is not sent yet', () => {
  it('are found in JSON where an import finds them: arrays, an only table, data, GeoJSON, columns, lines', async () => {
    const texts = {
      'objects.json': '[{"a":1},{"a":2}]',
      'table.json': '{"count":2,"results":[{"a":1},{"a":2}]}',
      'data.json': '{"data":[{"a":1},{"a":2}],"errors":[{"b":1}]}',
      'arrays.json': '[["a"],[1],[2]]',
      'columns.json': '{"a":[1,2]}',
      'lines.json': '{"a":1}\n{"a":2}\n',
      'lines.ndjson': '{"a":1}\n{"a":2}\n',
    };
    for (const [name, text] of Object.entries(texts)) {
      expect([name, told(await firstRows(name, text))]).toEqual([
        name,
        { names: ['a'], rows: [{ a: '1' }, { a: '2' }] },
      ]);
    }
    const point = { type: 'Feature', properties: { a: 'x' }, geometry: { type: 'Point', coordinates: [5, 60] } };
    const features = JSON.stringify({ type: 'FeatureCollection', features: [point] });
    expect((await firstRows('points.geojson', features))?.names).toEqual(['geometry', 'lon', 'lat', 'a']);
    expect(await firstRows('two.json', '{"a":[{"x":1}],"b":[{"y":1}]}')).toBeNull();
  });

  it('keep every digit', async () => {
    const rows = told(await firstRows('digits.json', '[{"a":12345678901234567890.10}]'));
    expect(rows.rows).toEqual([{ a: '12345678901234567890.10' }]);
  });

  it('of a large JSON file are read from its beginning, without the row that is cut off', async () => {
    const row = { id: 7, text: 'é"\\,]'.repeat(50) };
    const rows = Array.from({ length: 20_000 }, () => row);
    const found = told(await firstRows('large.json', JSON.stringify({ rows })));
    expect(found.rows).toHaveLength(20);
    expect(found.rows[19]).toEqual({ id: '7', text: row.text });
    expect(Math.max(...read)).toBeLessThanOrEqual(1024 * 1024);
  });

  it('are told to come later where the first one is longer than what is read', async () => {
    const long = JSON.stringify([{ text: 'x'.repeat(2 * 1024 * 1024) }]);
    expect(await firstRows('long.json', long)).toMatchObject({ rows: [], told: expect.stringContaining('longer') });
    expect(await firstRows('long.ndjson', long.slice(1, -1))).toMatchObject({
      told: expect.stringContaining('longer'),
    });
  });

  it('of Parquet are read from the beginnings of its columns; packed otherwise, its columns are told', async () => {
    const wide = `[i, 2] pair, repeat('x', 3000000) || i far`;
    const found = await parquetRows(await parquet(`SELECT i id, i::VARCHAR town FROM range(200000) t(i)`));
    expect(found?.rows).toHaveLength(20);
    expect(found?.rows[1]).toEqual({ id: '1', town: '1' });
    expect(Math.max(...read)).toBeLessThanOrEqual(1024 * 1024);
    expect(await parquetRows(await parquet(`SELECT ${wide} FROM range(3) t(i)`, 'uncompressed'))).toMatchObject({
      rows: [{ pair: '["0","2"]', far: '…' }, {}, {}],
      told: expect.stringContaining('far'),
    });
    const flights = await parquetRows(await vegaFile('flights-3m.parquet'));
    expect(flights).toMatchObject({
      names: ['date', 'delay', 'distance', 'origin', 'destination'],
      told: undefined,
    });
    expect(flights?.rows).toHaveLength(20);
    expect(flights?.rows[0]).toMatchObject({
      origin: expect.stringMatching(/^[A-Z]{3}$/),
      distance: expect.stringMatching(/^\d+$/),
    });
    for (const packing of ['zstd', 'gzip']) {
      const packed = await parquetRows(await parquet(`SELECT i id, i::VARCHAR town FROM range(5000) t(i)`, packing));
      expect(packed.rows[19]).toEqual({ id: '19', town: '19' });
    }
    expect(await parquetRows(await parquet(`SELECT i id FROM range(5000) t(i)`, 'brotli'))).toMatchObject({
      names: ['id'],
      rows: [],
      told: expect.stringContaining('BROTLI'),
    });
    // What a small page says that it has is not believed without a bound.
    const bomb = await parquetRows(await parquet(`SELECT repeat('x', 40000000) far FROM range(1) t(i)`, 'zstd'));
    expect(bomb).toMatchObject({ rows: [{ far: '…' }], told: expect.stringContaining('far') });
  });
});
