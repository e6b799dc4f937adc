import { rm } from 'node:fs/promises';
import type { Engine } from '../engine/engine';
import { detachTableFile } from './table-file';
import { ADDED, ROW } from './version-table';

/** Some of a version's rows, one behind the other, in a table of the engine for reads. */
export interface RowStore {
  sql: string;
  /** Names the table's database, and the file that it is in; null in memory. */
  attached: { alias: string; file: string } | null;
  firstRow: number;
  rowCount: number;
  /** Seq of its last commit; 0 for the version's own file. */
  lastSeq: number;
  bytes: number;
  users: number;
  /** Replaced by another: it goes with its last user. */
  retired: boolean;
}

/** The rows below `end` of stores that stand one behind the other, each read from the table named for it. */
export function rowsSql(stores: readonly RowStore[], tables: readonly string[], end: number): string {
  const parts = stores.map((store, index) => {
    const columns = store.lastSeq === 0 ? '*' : `* EXCLUDE (${ADDED})`;
    // A table in memory may get more rows before it is read.
    const mayHaveMore = store.attached === null || store.firstRow + store.rowCount > end;
    const where = mayHaveMore ? ` WHERE ${ROW} < ${end}` : '';
    return { plain: columns === '*' && where === '', table: tables[index], columns, where };
  });
  const [only] = parts;
  if (parts.length === 1 && only?.plain) return only.table ?? '';
  return `(${parts.map(({ table, columns, where }) => `SELECT ${columns} FROM ${table}${where}`).join(' UNION ALL ')})`;
}

/** Lets a store go that nobody uses. */
export async function removeStore(reads: Engine, { sql, attached }: RowStore): Promise<void> {
  if (!attached) {
    await reads.query(`DROP TABLE IF EXISTS ${sql}`);
    return;
  }
  await detachTableFile(reads, attached.alias);
  await rm(attached.file, { force: true });
}
