import { stat } from 'node:fs/promises';
import { DuckDBTypeId } from '@duckdb/node-api';
import type { Engine } from '../engine/engine';
import { hasMinusZeros } from '../engine/minus-zeros';
import { literal, quoted } from '../engine/sql';
import { ROW } from './version-table';

/**
 * Turns a version's Parquet file into a DuckDB file with one table, rows in their order and numbered by `_row`; gives
 * its size in bytes.
 */
export function buildTableFile(heavy: Engine, alias: string, parquet: string, file: string): Promise<number> {
  return writeTableFile(
    heavy,
    alias,
    `SELECT file_row_number AS ${ROW}, * EXCLUDE (file_row_number)
     FROM read_parquet(${literal(parquet)}, file_row_number = true)`,
    file,
  );
}

/**
 * Writes the rows of a query, which come in the order of `_row`, to a DuckDB file with one table; gives its size in
 * bytes. DuckDB keeps the smallest and largest value of each block, so a range of `_row` is found at once.
 */
export async function writeTableFile(engine: Engine, alias: string, rows: string, file: string): Promise<number> {
  await engine.query(`ATTACH ${literal(file)} AS ${quoted(alias)}`);
  try {
    await createTable(engine, tableName(alias), rows);
    await engine.query(`CHECKPOINT ${quoted(alias)}`);
  } finally {
    await engine.query(`DETACH ${quoted(alias)}`);
  }
  return (await stat(file)).size;
}

async function createTable(engine: Engine, name: string, rows: string): Promise<void> {
  const columns = await engine.describe(rows);
  const doubles = columns
    .filter(({ type }) => type.typeId === DuckDBTypeId.DOUBLE)
    .map((column) => quoted(column.name));
  if (!(await hasMinusZeros(engine, `(${rows})`, doubles))) {
    await engine.query(`CREATE TABLE ${name} AS ${rows}`);
    return;
  }
  const parts = columns.map(({ name: column, type }) => {
    const compression = type.typeId === DuckDBTypeId.DOUBLE ? ' USING COMPRESSION alp' : '';
    return `${quoted(column)} ${type}${compression}`;
  });
  await engine.query(`CREATE TABLE ${name} (${parts.join(', ')})`);
  await engine.query(`INSERT INTO ${name} ${rows}`);
}

/** Opens the file for reading; gives the SQL name of its table. */
export async function attachTableFile(reads: Engine, alias: string, file: string): Promise<string> {
  await reads.query(`ATTACH ${literal(file)} AS ${quoted(alias)} (READ_ONLY)`);
  return tableName(alias);
}

export async function detachTableFile(reads: Engine, alias: string): Promise<void> {
  await reads.query(`DETACH DATABASE IF EXISTS ${quoted(alias)}`);
}

function tableName(alias: string): string {
  return `${quoted(alias)}.main.version_rows`;
}
