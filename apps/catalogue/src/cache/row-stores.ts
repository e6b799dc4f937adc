import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Engine } from '../engine/engine';
import { type RowStore, removeStore } from '../tables/row-store';
import { attachTableFile, detachTableFile, writeTableFile } from '../tables/table-file';
import { ROW } from '../tables/version-table';

/** The parts that the stores of a version are made with. */
export interface RowStoresOptions {
  versionId: string;
  /** The version's own rows. */
  base: RowStore;
  directory: string;
  reads: Engine;
  heavy: Engine;
  /** Says that files on the disk have become so many bytes more, or less. */
  onBytes(change: number): void;
}

let made = 0;

/** Makes a name that no other table or file of this process has. */
export function newStoreName(prefix: string): string {
  return `${prefix}${++made}`;
}

/**
 * Holds the rows of a version in tables and files, one behind the other, and puts small files together to larger ones. A
 * store that is replaced stays until its last reader has gone.
 */
export class RowStores {
  private readonly logger = new Logger(RowStores.name);
  private stores: readonly RowStore[];
  private merging = false;
  private isClosed = false;

  constructor(private readonly options: RowStoresOptions) {
    this.stores = [options.base];
  }

  /** Lists all stores, the version's own rows first. */
  all(): readonly RowStore[] {
    return this.stores;
  }

  /** Lists the stores that have rows below a position. */
  below(end: number): RowStore[] {
    return this.stores.filter((store, index) => index === 0 || store.firstRow < end);
  }

  /** Adds a store behind the others. */
  append(store: RowStore): void {
    this.stores = [...this.stores, store];
    this.options.onBytes(store.bytes);
  }

  /** Keeps stores while they are worked with. */
  async hold<Result>(stores: readonly RowStore[], work: () => Promise<Result>): Promise<Result> {
    for (const store of stores) store.users++;
    try {
      return await work();
    } finally {
      for (const store of stores) {
        store.users--;
        this.removeUnused(store);
      }
    }
  }

  /** Writes the rows of a query to a file of their own. */
  async write(
    engine: Engine,
    rows: string,
    { firstRow, rowCount, lastSeq }: Pick<RowStore, 'firstRow' | 'rowCount' | 'lastSeq'>,
  ): Promise<RowStore> {
    const { directory, reads } = this.options;
    const alias = newStoreName('s');
    const file = join(directory, `${alias}.duckdb`);
    try {
      const bytes = await writeTableFile(engine, alias, rows, file);
      const sql = await attachTableFile(reads, alias, file);
      const attached = { alias, file };
      return { sql, attached, firstRow, rowCount, lastSeq, bytes, users: 0, retired: false };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  /** Puts a store in the place of others. */
  replace(old: readonly RowStore[], store: RowStore): void {
    const [first] = old;
    this.stores = this.stores.flatMap((each) => (each === first ? store : old.includes(each) ? [] : each));
    this.options.onBytes(store.bytes);
    for (const each of old) this.retire(each);
  }

  private retire(store: RowStore): void {
    // A merge that ends after the close finds its files given back already.
    if (store.retired) return;
    store.retired = true;
    this.options.onBytes(-store.bytes);
    this.removeUnused(store);
  }

  /** Merges the last files into one, beside the readers, while they are not much smaller than the one before. */
  mergeSoon(): void {
    const files = this.stores.slice(1).filter(({ attached }) => attached !== null);
    let first = files.length - 1;
    let rows = files[first]?.rowCount ?? 0;
    for (let before = files[first - 1]; before && before.rowCount <= 2 * rows; before = files[--first - 1]) {
      rows += before.rowCount;
    }
    if (this.merging || first >= files.length - 1 || this.isClosed) return;
    this.merging = true;
    this.merge(files.slice(first))
      .catch((error: unknown) => this.logger.warn(`files of ${this.options.versionId} stay apart: ${String(error)}`))
      .finally(() => {
        this.merging = false;
      });
  }

  private merge(files: readonly RowStore[]): Promise<void> {
    return this.hold(files, async () => {
      const { heavy } = this.options;
      const [first] = files;
      const last = files.at(-1);
      const names: string[] = [];
      const tables: string[] = [];
      try {
        for (const { attached } of files) {
          if (!attached) continue;
          const alias = newStoreName('m');
          tables.push(await attachTableFile(heavy, alias, attached.file));
          names.push(alias);
        }
        const rows = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ');
        const rowCount = files.reduce((sum, file) => sum + file.rowCount, 0);
        const range = { firstRow: first?.firstRow ?? 0, rowCount, lastSeq: last?.lastSeq ?? 0 };
        const merged = await this.write(heavy, `SELECT * FROM (${rows}) ORDER BY ${ROW}`, range);
        this.replace(files, merged);
        if (this.isClosed) this.retire(merged);
      } finally {
        for (const name of names) await detachTableFile(heavy, name);
      }
    });
  }

  /** Gives back everything but the version's own rows, once the readers have gone. */
  close(): void {
    this.isClosed = true;
    for (const store of this.stores.slice(1)) this.retire(store);
  }

  private removeUnused(store: RowStore): void {
    if (!store.retired || store.users > 0) return;
    removeStore(this.options.reads, store).catch((error: unknown) => this.logger.warn(error));
  }
}
