import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Field } from '@sluice/contracts/fields';
import { LRUCache } from 'lru-cache';
import type { Engine } from '../engine/engine';
import { literal } from '../engine/sql';
import { ReplacedRows } from '../tables/replaced-rows';
import { type RowStore, removeStore, rowsSql } from '../tables/row-store';
import { addSentRows, type CommitText, createSentRows } from '../tables/sent-rows-table';
import { attachTableFile, detachTableFile, writeTableFile } from '../tables/table-file';
import { ADDED, ROW, type VersionTable, withoutRows } from '../tables/version-table';
import type { SentSource, StoredCommit, StoredPiece } from './sent-source';

/** The version has not come so far: nobody can have been told of such a snapshot. */
export class UnknownSnapshot extends Error {}

/** What was read is not what MongoDB has now: a commit was seen that was lost before it was acknowledged. */
export class RowsReplaced extends Error {}

/** A snapshot's table, and where its rows are, for as long as it is in use. */
export interface CachedVersion extends VersionTable {
  stores: readonly RowStore[];
  /** Every position is below. */
  end: number;
  /** Where rows were replaced: a statement of the positions of those that are no longer part of it. */
  replaced: string | null;
  keyFields: readonly string[] | null;
}

export interface GrownOptions {
  id: string;
  versionId: string;
  fields: Field[];
  keyFields?: readonly string[];
  /** The version's own rows. */
  base: RowStore;
  directory: string;
  reads: Engine;
  heavy: Engine;
  source: SentSource;
  /** Says that files on the disk have become so many bytes more, or less. */
  onBytes(change: number): void;
}

const SEAL_ROWS = 20_000;
const SEAL_CHARS = 4_000_000;
const FLUSH_CHARS = 4_000_000;
const MAX_ENDS = 10_000;

let made = 0;

/**
 * A version's rows on this replica: those of its file, then those that were sent, in the order of their commits. The
 * newest are in a table in memory; when there are many they go to a file, and small files are put together to larger
 * ones. A snapshot is the rows below a number, so that a table which has more serves all the earlier snapshots too.
 */
export class GrownVersion {
  private readonly logger = new Logger(GrownVersion.name);
  /** One behind the other; the last may be open for more rows. */
  private stores: RowStore[];
  private open: RowStore | null = null;
  private openChars = 0;
  private rowCount: number;
  /** The last commit that was added. */
  private seq = 0;
  private lastId: string | null = null;
  private line: Promise<void> = Promise.resolve();
  private merging = false;
  private gone = false;
  private replaced: ReplacedRows | null = null;
  /** Row counts of snapshots, as far as they are remembered. */
  private readonly ends = new LRUCache<number, number>({ max: MAX_ENDS });

  constructor(private readonly options: GrownOptions) {
    this.stores = [options.base];
    this.rowCount = options.base.rowCount;
    this.learn(options.keyFields);
  }

  /** Works with the rows of a snapshot. Throws `UnknownSnapshot`. */
  async use<Result>(seq: number, work: (version: CachedVersion) => Promise<Result>): Promise<Result> {
    if (seq > this.seq) await this.reach(seq);
    const { id, fields, base } = this.options;
    const end = seq === 0 ? base.rowCount : await this.rowCountAt(seq);
    const gone = await this.replacedBelow(end);
    const stores = this.storesBelow(end);
    return this.holding(stores, () => {
      const tables = stores.map((store) => store.sql);
      const allSql = rowsSql(stores, tables, end);
      const { keyFields = null } = this.replaced ?? {};
      const whole = { id, fields, sql: allSql, rowCount: end, stores, end, replaced: null, keyFields };
      if (!gone) return work(whole);
      const replaced = gone.sql(end);
      const positions = gone.positions(end);
      const sql = withoutRows(allSql, replaced);
      return work({ ...whole, sql, rowCount: end - positions.length, gaps: { allSql, end, positions }, replaced });
    });
  }

  private storesBelow(end: number): RowStore[] {
    return this.stores.filter((store, index) => index === 0 || store.firstRow < end);
  }

  /** Which rows below `end` another one below it has replaced; null when there is none. */
  private async replacedBelow(end: number): Promise<ReplacedRows | null> {
    const { replaced } = this;
    // The rows of the file are unique.
    if (!replaced || end <= this.options.base.rowCount) return null;
    if (replaced.end < end) {
      const tracked = this.line.then(() => this.trackReplaced(replaced));
      this.line = tracked.catch(() => {});
      await tracked;
    }
    return replaced.count(end) > 0 ? replaced : null;
  }

  private async trackReplaced(replaced: ReplacedRows): Promise<void> {
    const { stores, rowCount } = this;
    if (replaced.end >= rowCount) return;
    await this.holding(stores, () => {
      const tables = stores.map((store) => store.sql);
      return replaced.reach(rowsSql(stores, tables, rowCount), rowCount);
    });
  }

  private learn(keyFields: readonly string[] | undefined): void {
    if (!keyFields || this.replaced) return;
    const { reads, base } = this.options;
    this.replaced = new ReplacedRows(reads, keyFields, base.rowCount);
  }

  /** Gives back everything but the base; called once nobody uses it any more. */
  async close(): Promise<void> {
    this.gone = true;
    await this.line;
    for (const store of this.stores.slice(1)) this.retire(store);
    await this.replaced?.close();
  }

  /** Once at a time; who comes meanwhile may find that it has nothing left to do. */
  private reach(seq: number): Promise<void> {
    const reached = this.line.then(() => this.extend(seq));
    this.line = reached.catch(() => {});
    return reached;
  }

  private async extend(to: number): Promise<void> {
    const fresh = this.seq === 0;
    while (this.seq < to) {
      const complete = await this.addCommits(to, false);
      if (this.seq >= to || (await this.addPieces())) continue;
      if (!complete) {
        if (!fresh) throw new RowsReplaced(`${this.options.versionId} has other rows than were read`);
        this.logger.error(`${this.options.versionId}: a commit that others follow is gone`);
        await this.addCommits(to, true);
        if (this.seq >= to) continue;
      }
      if (!(await this.options.source.reached(this.options.versionId, to))) {
        throw new UnknownSnapshot(`there is no snapshot ${to} of this version`);
      }
      // Marks bring no rows.
      this.seq = to;
    }
  }

  /** False when a commit was met whose rows are in a piece, or that does not follow on what is here. */
  private async addCommits(to: number, anyPrevious: boolean): Promise<boolean> {
    let commits: CommitText[] = [];
    let [chars, rows] = [0, 0];
    let last: StoredCommit | null = null;
    const flush = async () => {
      if (!last) return;
      await this.add(commits, rows, chars, last);
      [commits, chars, rows, last] = [[], 0, 0, null];
    };
    const { source, versionId } = this.options;
    let id = this.lastId;
    for await (const commit of source.commits(versionId, this.seq, to)) {
      const text = commit.previous === id || anyPrevious ? await commit.text() : null;
      if (text === null) {
        await flush();
        return false;
      }
      commits.push({ seq: commit.seq, text });
      chars += text.length;
      rows += commit.rowCount;
      last = commit;
      id = commit.id;
      if (chars > FLUSH_CHARS) await flush();
    }
    await flush();
    return true;
  }

  private async add(commits: readonly CommitText[], rows: number, chars: number, last: StoredCommit): Promise<void> {
    const { reads, fields } = this.options;
    this.open ??= await this.newTable();
    const { open } = this;
    this.learn(last.keyFields);
    await addSentRows(reads, open.sql, fields, this.rowCount, commits);
    open.rowCount += rows;
    open.lastSeq = last.seq;
    this.openChars += chars;
    this.advance(rows, last.seq, last.id);
    if (open.rowCount >= SEAL_ROWS || this.openChars >= SEAL_CHARS) await this.seal();
  }

  private advance(rows: number, seq: number, id: string): void {
    this.rowCount += rows;
    this.seq = seq;
    this.lastId = id;
    this.ends.set(seq, this.rowCount);
  }

  private async newTable(): Promise<RowStore> {
    const { reads, fields } = this.options;
    const sql = `memory.main.sent_${++made}`;
    await createSentRows(reads, sql, fields);
    const store = { ...this.nothing(), sql, attached: null, lastSeq: this.seq };
    this.stores = [...this.stores, store];
    this.openChars = 0;
    return store;
  }

  private nothing(): Omit<RowStore, 'sql' | 'attached' | 'lastSeq'> {
    return { firstRow: this.rowCount, rowCount: 0, bytes: 0, users: 0, retired: false };
  }

  /** Moves the rows in memory to a file. */
  private async seal(): Promise<void> {
    const { open } = this;
    if (!open) return;
    const sealed = await this.written(this.options.reads, `SELECT * FROM ${open.sql}`, open);
    this.open = null;
    this.replace([open], sealed);
    this.mergeSoon();
  }

  /** False when no piece brings this any further. */
  private async addPieces(): Promise<boolean> {
    const { source, versionId } = this.options;
    const pieces = await source.pieces(versionId, this.seq);
    for (const piece of pieces) await this.addPiece(piece);
    return pieces.length > 0;
  }

  private async addPiece(piece: StoredPiece): Promise<void> {
    await this.seal();
    this.learn(piece.keyFields);
    const { directory, heavy } = this.options;
    const parquet = join(directory, `s${++made}.parquet`);
    try {
      await piece.fetch(parquet);
      const behind = `FROM read_parquet(${literal(parquet)}) WHERE ${ADDED} > ${this.seq}`;
      const [counted] = await heavy.query(`SELECT count(*) ${behind}`);
      const rowCount = Number(counted?.[0]);
      const store = await this.written(heavy, `SELECT * ${behind}`, { ...this.nothing(), rowCount, lastSeq: piece.to });
      this.stores = [...this.stores, store];
      this.options.onBytes(store.bytes);
      this.advance(rowCount, piece.to, piece.lastId);
    } finally {
      await rm(parquet, { force: true });
    }
    this.mergeSoon();
  }

  /** The rows of a query in a file of their own. */
  private async written(
    engine: Engine,
    rows: string,
    { firstRow, rowCount, lastSeq }: Pick<RowStore, 'firstRow' | 'rowCount' | 'lastSeq'>,
  ): Promise<RowStore> {
    const { directory, reads } = this.options;
    const alias = `s${++made}`;
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

  private replace(old: readonly RowStore[], store: RowStore): void {
    const [first] = old;
    this.stores = this.stores.flatMap((each) => (each === first ? store : old.includes(each) ? [] : each));
    this.options.onBytes(store.bytes);
    for (const each of old) this.retire(each);
  }

  private retire(store: RowStore): void {
    store.retired = true;
    this.options.onBytes(-store.bytes);
    this.removeUnused(store);
  }

  /** Beside the readers: the last files become one while they are not much smaller than the one before. */
  private mergeSoon(): void {
    const files = this.stores.slice(1).filter(({ attached }) => attached !== null);
    let first = files.length - 1;
    let rows = files[first]?.rowCount ?? 0;
    for (let before = files[first - 1]; before && before.rowCount <= 2 * rows; before = files[--first - 1]) {
      rows += before.rowCount;
    }
    if (this.merging || first >= files.length - 1 || this.gone) return;
    this.merging = true;
    this.merge(files.slice(first))
      .catch((error: unknown) => this.logger.warn(`files of ${this.options.versionId} stay apart: ${String(error)}`))
      .finally(() => {
        this.merging = false;
      });
  }

  private merge(files: readonly RowStore[]): Promise<void> {
    return this.holding(files, async () => {
      const { heavy } = this.options;
      const [first] = files;
      const last = files.at(-1);
      const names: string[] = [];
      const tables: string[] = [];
      try {
        for (const { attached } of files) {
          if (!attached) continue;
          const alias = `m${++made}`;
          tables.push(await attachTableFile(heavy, alias, attached.file));
          names.push(alias);
        }
        const rows = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ');
        const rowCount = files.reduce((sum, file) => sum + file.rowCount, 0);
        const range = { firstRow: first?.firstRow ?? 0, rowCount, lastSeq: last?.lastSeq ?? 0 };
        const merged = await this.written(heavy, `SELECT * FROM (${rows}) ORDER BY ${ROW}`, range);
        this.replace(files, merged);
        if (this.gone) this.retire(merged);
      } finally {
        for (const name of names) await detachTableFile(heavy, name);
      }
    });
  }

  /** How many rows the snapshot has: those of the commits up to its own. */
  private async rowCountAt(seq: number): Promise<number> {
    const known = this.ends.get(seq) ?? (seq >= this.seq ? this.rowCount : undefined);
    if (known !== undefined) return known;
    const store = this.stores.find(({ lastSeq }) => lastSeq >= seq);
    if (!store) throw new Error(`no rows of snapshot ${seq}`);
    return await this.holding([store], async () => {
      const { firstRow, sql } = store;
      const [row] = await this.options.reads.query(`SELECT count(*) FROM ${sql} WHERE ${ADDED} <= ${seq}`);
      const rowCount = firstRow + Number(row?.[0]);
      this.ends.set(seq, rowCount);
      return rowCount;
    });
  }

  private async holding<Result>(stores: readonly RowStore[], work: () => Promise<Result>): Promise<Result> {
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

  private removeUnused(store: RowStore): void {
    if (!store.retired || store.users > 0) return;
    removeStore(this.options.reads, store).catch((error: unknown) => this.logger.warn(error));
  }
}
