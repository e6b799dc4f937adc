import { rm } from 'node:fs/promises';
import type { CachedVersion } from '../cache/grown-version';
import type { Engines } from '../engine/engines';
import { literal } from '../engine/sql';
import { type RowStore, rowsSql } from '../tables/row-store';
import { attachTableFile, detachTableFile } from '../tables/table-file';
import { ROW, withoutRows } from '../tables/version-table';
import type { SpoolDirectory } from './spool-directory';

let attached = 0;

export interface ExportTables {
  /** The rows of the snapshot, as the instance for exports reads them. */
  sql: string;
  /** With those that were replaced among the others. */
  allSql: string;
  release(): Promise<void>;
}

/**
 * Gives the instance for exports the rows of a snapshot: the same files as those of the reads, which DuckDB shares
 * between instances that only read; and a copy of the newest rows, which the instance for reads has in its memory.
 */
export async function attachForExport(
  { exports: engine, reads }: Engines,
  { stores, end, replaced }: CachedVersion,
  spools: SpoolDirectory,
  signal: AbortSignal,
): Promise<ExportTables> {
  const given: (() => Promise<void>)[] = [];
  const release = async () => {
    for (const giveBack of given.splice(0)) await giveBack();
  };
  const table = async (store: RowStore): Promise<string> => {
    if (store.attached) {
      const alias = `e${++attached}`;
      const sql = await attachTableFile(engine, alias, store.attached.file);
      given.push(() => detachTableFile(engine, alias));
      return sql;
    }
    return await copy(`SELECT * FROM ${store.sql} WHERE ${ROW} < ${end}`);
  };
  const copy = async (rows: string): Promise<string> => {
    const path = await spools.newFile('parquet');
    given.push(() => rm(path, { force: true }));
    const sql = `COPY (${rows}) TO ${literal(path)} (FORMAT parquet)`;
    await spools.writing(signal, (both) => reads.query(sql, [], { signal: both }));
    return `read_parquet(${literal(path)})`;
  };
  try {
    const tables: string[] = [];
    for (const store of stores) tables.push(await table(store));
    const all = rowsSql(stores, tables, end);
    const sql = replaced ? withoutRows(all, `SELECT * FROM ${await copy(replaced)}`) : all;
    return { sql, allSql: all, release };
  } catch (error) {
    await release();
    throw error;
  }
}
