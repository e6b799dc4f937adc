import type { Field } from '@sluice/contracts/fields';
import { literal, quoted } from '../engine/sql';
import { ROW } from '../tables/version-table';
import type { Result } from './result-sql';
import type { Reading } from './row-slices';
import type { SpoolDirectory } from './spool-directory';

/** DuckDB writes whole vectors. */
const MIN_GROUP_ROWS = 2_048;

/** Writes rows as a Parquet file with the types that they are stored with, and tells how many. */
export async function writeParquet(
  { sql, values, fields, inFileOrder }: Result,
  path: string,
  spools: SpoolDirectory,
  { engine, ...limits }: Reading,
  groupRows?: number,
): Promise<number> {
  const order = inFileOrder ? `ORDER BY ${ROW}` : '';
  const list = fields.map(stored).join(', ');
  const size = groupRows === undefined ? '' : `, ROW_GROUP_SIZE ${groupRows}`;
  const copy = `COPY (SELECT ${list} FROM (${sql}) ${order}) TO ${literal(path)} (FORMAT parquet${size})`;
  const [written] = await spools.writing(limits.signal, (signal) => engine.query(copy, values, { ...limits, signal }));
  return Number(written?.[0]);
}

/**
 * The same with row groups of at most so many bytes, so that who reads a part of a file fetches little besides: how many
 * rows that are tells a first file, of which one in many is written again.
 */
export async function writeParquetInGroups(
  result: Result,
  path: string,
  spools: SpoolDirectory,
  reading: Reading,
  maxGroupBytes: number,
): Promise<number> {
  let groupRows: number | undefined;
  for (;;) {
    const rows = await writeParquet(result, path, spools, reading, groupRows);
    const [largest] = await reading.engine.query(
      `SELECT max(row_group_num_rows), max(bytes) FROM (
         SELECT any_value(row_group_num_rows) AS row_group_num_rows, sum(total_compressed_size) AS bytes
         FROM parquet_metadata(${literal(path)}) GROUP BY row_group_id)`,
    );
    const [most, bytes] = [Number(largest?.[0]), Number(largest?.[1])];
    if (bytes <= maxGroupBytes || most <= MIN_GROUP_ROWS) return rows;
    groupRows = Math.max(MIN_GROUP_ROWS, Math.floor((most * maxGroupBytes) / bytes / 2));
  }
}

/** A datetime is a moment: readers are told that it is UTC. */
function stored({ name, type }: Field): string {
  return type === 'datetime' ? `timezone('UTC', ${quoted(name)}) AS ${quoted(name)}` : quoted(name);
}
