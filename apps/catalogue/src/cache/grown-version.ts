import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Field } from '@sluice/contracts/fields';
import { LRUCache } from 'lru-cache';
import { literal } from '../engine/sql';
import type { RenderedRows } from '../tables/rendered-rows';
import { ReplacedRows } from '../tables/replaced-rows';
import { type RowStore, rowsSql } from '../tables/row-store';
import { addSentRows, type CommitText, createSentRows } from '../tables/sent-rows-table';
import { ADDED, type VersionTable, withoutRows } from '../tables/version-table';
import { newStoreName, RowStores, type RowStoresOptions } from './row-stores';
import type { SentSource, StoredCommit, StoredPiece } from './sent-source';

/** Refuses a snapshot that the version has not reached: no answer can have named it. */
export class UnknownSnapshot extends Error {}

/** The rows that were read are not those of MongoDB any more: a commit was lost before it was acknowledged. */
export class RowsReplaced extends Error {}

/** A snapshot's table, and where its rows are, for as long as it is in use. */
export interface CachedVersion extends VersionTable {
  stores: readonly RowStore[];
  /** Every position is below. */
  end: number;
  /** A statement of the positions of rows that were replaced; null where there are none. */
  replaced: string | null;
  keyFields: readonly string[] | null;
}

export interface GrownOptions extends RowStoresOptions {
  id: string;
  fields: Field[];
  keyFields?: readonly string[];
  source: SentSource;
  rendered: RenderedRows;
}

const SEAL_ROWS = 20_000;
const SEAL_CHARS = 4_000_000;
const FLUSH_CHARS = 4_000_000;
const MAX_ENDS = 10_000;

/**
 * Holds a version's rows on this replica: those of its file, then those that were sent, in the order of their commits.
 * The newest are in a table in memory; when there are many they go to a file. A snapshot is the rows below a number, so a
 * table that has more serves all the earlier snapshots too.
 */
export class GrownVersion {
  private readonly logger = new Logger(GrownVersion.name);
  private readonly stores: RowStores;
  /** The last store, while it takes more rows. */
  private open: RowStore | null = null;
  private openChars = 0;
  private rowCount: number;
  /** The last commit that was added. */
  private seq = 0;
  private lastId: string | null = null;
  private line: Promise<void> = Promise.resolve();
  private replaced: ReplacedRows | null = null;
  /** Row counts of snapshots, as far as they are remembered. */
  private readonly ends = new LRUCache<number, number>({ max: MAX_ENDS });

  constructor(private readonly options: GrownOptions) {
    this.stores = new RowStores(options);
    this.rowCount = options.base.rowCount;
    this.learn(options.keyFields);
  }

  /** Works with the rows of a snapshot. Throws `UnknownSnapshot`. */
  async use<Result>(seq: number, work: (version: CachedVersion) => Promise<Result>): Promise<Result> {
    if (seq > this.seq) await this.reach(seq);
    const { id, fields, base, rendered } = this.options;
    const end = seq === 0 ? base.rowCount : await this.rowCountAt(seq);
    const gone = await this.replacedBelow(end);
    const stores = this.stores.below(end);
    return this.stores.hold(stores, () => {
      const tables = stores.map((store) => store.sql);
      const allSql = rowsSql(stores, tables, end);
      const { keyFields = null } = this.replaced ?? {};
      const whole = { id, fields, sql: allSql, rowCount: end, stores, end, replaced: null, keyFields, rendered };
      if (!gone) return work(whole);
      const replaced = gone.sql(end);
      const positions = gone.positions(end);
      const sql = withoutRows(allSql, replaced);
      return work({ ...whole, sql, rowCount: end - positions.length, gaps: { allSql, end, positions }, replaced });
    });
  }

  /** Finds the rows below `end` that another one below it has replaced; null when there are none. */
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
    const { rowCount } = this;
    if (replaced.end >= rowCount) return;
    const stores = this.stores.all();
    await this.stores.hold(stores, () => {
      const tables = stores.map((store) => store.sql);
      return replaced.reach(rowsSql(stores, tables, rowCount), rowCount);
    });
  }

  private learn(keyFields: readonly string[] | undefined): void {
    if (!keyFields || this.replaced) return;
    const { reads, base } = this.options;
    this.replaced = new ReplacedRows(reads, keyFields, base.rowCount);
  }

  /** Gives back everything but the base; called once it is out of use. */
  async close(): Promise<void> {
    await this.line;
    this.stores.close();
    this.options.rendered.close();
    await this.replaced?.close();
  }

  /** Extends the rows once at a time; a later call may find nothing left to do. */
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
    const sql = `memory.main.${newStoreName('sent_')}`;
    await createSentRows(reads, sql, fields);
    const at = { firstRow: this.rowCount, rowCount: 0, lastSeq: this.seq };
    const store: RowStore = { ...at, sql, attached: null, bytes: 0, users: 0, retired: false };
    this.stores.append(store);
    this.openChars = 0;
    return store;
  }

  /** Moves the rows in memory to a file. */
  private async seal(): Promise<void> {
    const { open } = this;
    if (!open) return;
    const sealed = await this.stores.write(this.options.reads, `SELECT * FROM ${open.sql}`, open);
    this.open = null;
    this.stores.replace([open], sealed);
    this.stores.mergeSoon();
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
    const parquet = join(directory, `${newStoreName('s')}.parquet`);
    try {
      await piece.fetch(parquet);
      const behind = `FROM read_parquet(${literal(parquet)}) WHERE ${ADDED} > ${this.seq}`;
      const [counted] = await heavy.query(`SELECT count(*) ${behind}`);
      const rowCount = Number(counted?.[0]);
      const range = { firstRow: this.rowCount, rowCount, lastSeq: piece.to };
      this.stores.append(await this.stores.write(heavy, `SELECT * ${behind}`, range));
      this.advance(rowCount, piece.to, piece.lastId);
    } finally {
      await rm(parquet, { force: true });
    }
    this.stores.mergeSoon();
  }

  /** Counts the rows of a snapshot: those of the commits up to its own. */
  private async rowCountAt(seq: number): Promise<number> {
    const known = this.ends.get(seq) ?? (seq >= this.seq ? this.rowCount : undefined);
    if (known !== undefined) return known;
    const store = this.stores.all().find(({ lastSeq }) => lastSeq >= seq);
    if (!store) throw new Error(`no rows of snapshot ${seq}`);
    return await this.stores.hold([store], async () => {
      const { firstRow, sql } = store;
      const [row] = await this.options.reads.query(`SELECT count(*) FROM ${sql} WHERE ${ADDED} <= ${seq}`);
      const rowCount = firstRow + Number(row?.[0]);
      this.ends.set(seq, rowCount);
      return rowCount;
    });
  }
}
