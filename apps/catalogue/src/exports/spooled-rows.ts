import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { literal, quoted } from '../engine/sql';
import type { Result } from './result-sql';
import type { Reading } from './row-slices';
import type { SpoolDirectory } from './spool-directory';

/**
 * Sorts or groups once, into a file of its own, so that slices can then be read from it; gives the result as it reads
 * from there and the number of its rows. The caller takes it away again.
 */
export async function spool(
  { sql, values, fields }: Result,
  spools: SpoolDirectory,
  { engine, ...limits }: Reading,
): Promise<{ result: Result; end: number; remove(): Promise<void> }> {
  const path = await spools.newFile('duckdb');
  const alias = basename(path);
  const remove = async () => {
    // Not there when it could not be attached.
    await engine.query(`DETACH DATABASE IF EXISTS ${quoted(alias)}`);
    for (const file of [path, `${path}.wal`]) await rm(file, { force: true });
  };
  try {
    await engine.query(`ATTACH ${literal(path)} AS ${quoted(alias)}`, [], limits);
    const table = `${quoted(alias)}.main.spooled`;
    await spools.writing(limits.signal, (signal) =>
      engine.query(`CREATE TABLE ${table} AS ${sql}`, values, { ...limits, signal }),
    );
    const [counted] = await engine.query(`SELECT count(*) FROM ${table}`, [], limits);
    return {
      result: { sql: `SELECT * FROM ${table}`, values: [], fields, inFileOrder: true },
      end: Number(counted?.[0]),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
