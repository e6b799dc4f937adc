import type { Field } from '@sluice/contracts/fields';
import { literal, quoted } from '../engine/sql';
import { ROW } from '../tables/version-table';
import type { Result } from './result-sql';
import type { Reading } from './row-slices';
import type { SpoolDirectory } from './spool-directory';

/** DuckDB writes whole vectors. */
const MIN_GROUP_ROWS = 2_048;
/** So many are in a group where nothing is said. */
const USUAL_GROUP_ROWS = 122_880;
const SAMPLE_ROWS = 20_480;

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
 * The same with row groups of at most so many bytes, so that who reads a part of a file fetches little besides. How many rows that are a
 * sample tells, where there are more than one group of them; a file in which it told too many is written again.
 */
export async function writeParquetInGroups(
  result: Result,
  { path, mostRows }: { path: string; mostRows: number },
  spools: SpoolDirectory,
  reading: Reading,
  maxGroupBytes: number,
): Promise<number> {
  let groupRows: number | undefined;
  if (mostRows > USUAL_GROUP_ROWS) {
    const sample = { ...result, sql: `SELECT * FROM (${result.sql}) LIMIT ${SAMPLE_ROWS}` };
    await writeParquet(sample, path, spools, reading);
    groupRows = groupRowsFor(await largestGroup(path, reading), maxGroupBytes);
  }
  for (;;) {
    const rows = await writeParquet(result, path, spools, reading, groupRows);
    const largest = await largestGroup(path, reading);
    if (largest.bytes <= maxGroupBytes || largest.rows <= MIN_GROUP_ROWS) return rows;
    groupRows = groupRowsFor(largest, maxGroupBytes);
  }
}

interface Group {
  rows: number;
  bytes: number;
}

async function largestGroup(path: string, { engine }: Reading): Promise<Group> {
  const [largest] = await engine.query(
    `SELECT max(row_group_num_rows), max(bytes) FROM (
       SELECT any_value(row_group_num_rows) AS row_group_num_rows, sum(total_compressed_size) AS bytes
       FROM parquet_metadata(${literal(path)}) GROUP BY row_group_id)`,
  );
  return { rows: Number(largest?.[0]), bytes: Number(largest?.[1]) };
}

/** As many rows as have half of the bytes: rows differ. Undefined for as many as usual. */
function groupRowsFor({ rows, bytes }: Group, maxBytes: number): number | undefined {
  const fit = Math.max(MIN_GROUP_ROWS, Math.floor((rows * maxBytes) / Math.max(bytes, 1) / 2));
  return fit >= USUAL_GROUP_ROWS ? undefined : fit;
}

/** A datetime is a moment: readers are told that it is UTC. */
function stored({ name, type }: Field): string {
  return type === 'datetime' ? `timezone('UTC', ${quoted(name)}) AS ${quoted(name)}` : quoted(name);
}
