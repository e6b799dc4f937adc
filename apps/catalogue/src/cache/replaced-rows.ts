import { LRUCache } from 'lru-cache';
import type { Engine } from '../engine/engine';
import { quoted } from '../engine/sql';
import { ROW } from './version-table';

const BY = '_by';
const MAX_COUNTS = 10_000;

let made = 0;

/**
 * Which rows of a version with key fields were replaced, and by which later ones: a row stands until the next one that
 * has the same key. It follows from the rows and their positions alone, so that nothing is stored of it.
 */
export class ReplacedRows {
  private readonly table = `memory.main.replaced_${++made}`;
  private created = false;
  private readonly counts = new LRUCache<number, number>({ max: MAX_COUNTS });

  constructor(
    private readonly reads: Engine,
    readonly keyFields: readonly string[],
    /** What rows below it have replaced is known; at first those of the version's file, which are unique. */
    public end: number,
  ) {}

  /** Looks at the rows from where it ended up to `to`; `rows` are all below. Once at a time. */
  async reach(rows: string, to: number): Promise<void> {
    if (!this.created) await this.reads.query(`CREATE TABLE ${this.table} (${ROW} BIGINT, ${BY} BIGINT)`);
    this.created = true;
    const keys = this.keyFields.map(quoted).join(', ');
    await this.reads.query(
      `INSERT INTO ${this.table}
       SELECT ${ROW}, ${BY} FROM (
         SELECT ${ROW}, lead(${ROW}) OVER (PARTITION BY ${keys} ORDER BY ${ROW}) AS ${BY}
         FROM ${rows} SEMI JOIN (SELECT ${keys} FROM ${rows} WHERE ${ROW} >= ${this.end}) USING (${keys}))
       WHERE ${BY} >= ${this.end}`,
    );
    this.end = to;
  }

  /** The positions of the rows that a row below `end` has replaced. */
  sql(end: number): string {
    return `SELECT ${ROW} FROM ${this.table} WHERE ${BY} < ${end}`;
  }

  async count(end: number): Promise<number> {
    const known = this.counts.get(end);
    if (known !== undefined) return known;
    const [row] = await this.reads.query(`SELECT count(*) FROM (${this.sql(end)})`);
    const count = Number(row?.[0]);
    this.counts.set(end, count);
    return count;
  }

  async close(): Promise<void> {
    if (this.created) await this.reads.query(`DROP TABLE ${this.table}`);
  }
}
