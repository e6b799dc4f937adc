import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { mediansMs } from './load';
import { perSecond, report } from './report';
import type { Subject } from './subject';
import { TABLE_ROWS } from './workloads/table';

const TIMES = 7;
const WARM_UP = 2;

type Work = () => Promise<unknown>;

/** Whole tables out and in, against DuckDB's own COPY on the same rows. */
export async function measureTransfers({ stack, publisher, table, duckdb }: Subject): Promise<void> {
  const copies = { ndjson: 'FORMAT json', csv: 'FORMAT csv', parquet: 'FORMAT parquet, COMPRESSION zstd' };
  for (const [format, options] of Object.entries(copies)) {
    const url = `${stack.url}/api/${table.path}/_export?_format=${format}`;
    const target = join(duckdb.directory, `out.${format}`);
    const copy = `COPY rows TO '${target}' (${options})`;
    await compare(
      `export of ${format}`,
      () => exported(url, table.secret),
      () => duckdb.run(copy),
      1 / 0.5,
    );
  }
  const file = readFileSync(duckdb.csv);
  const dataset = await publisher.dataset('Imported again and again');
  const target = join(duckdb.directory, 'imported.parquet');
  const sql = `COPY (SELECT * FROM read_csv('${duckdb.csv}', sample_size = -1)) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`;
  await compare(
    'import of CSV, durable',
    () => publisher.version(dataset.id, 'csv', file),
    () => duckdb.run(sql),
    1 / 0.4,
  );

  async function compare(name: string, work: Work, floor: Work, goal: number): Promise<void> {
    const [ours, bare] = await mediansMs(work, floor, TIMES, WARM_UP);
    const rate = (ms: number) => perSecond(TABLE_ROWS / (ms / 1_000), 'rows');
    report(name, `${rate(ours)} against ${rate(bare)} of DuckDB's COPY`, ours / bare, goal, stack);
  }
}

/** Reads a whole export with the cheapest client that Node has, which shares the cores; fails when it is not complete. */
export function exported(url: string, secret?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = secret ? { authorization: `Bearer ${secret}` } : {};
    const request = get(url, { headers, agent: false }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200 && response.complete) resolve();
        else reject(new Error(`${response.statusCode} for ${url}`));
      });
    });
    request.once('error', reject);
  });
}
