import { countWhile } from '@sluice/runtime/count-while';
import type { Engine } from '../engine/engine';
import { quoted } from '../engine/sql';
import { readVector } from '../engine/vector-bytes';
import { ROW } from './version-table';

const BY = '_by';
const FIRST_ROOM = 1_024;

let made = 0;

/**
 * Which rows of a version with key fields were replaced, and by which later ones: a row stands until the next one that
 * has the same key. It follows from the rows and their positions alone, so that nothing is stored of it. It is here twice:
 * for queries as a table, for pages as positions.
 */
export class ReplacedRows {
  private readonly table = `memory.main.replaced_${++made}`;
  private created = false;
  private begun = false;
  /** In the order of those that replaced them. */
  private rows = new Uint32Array(FIRST_ROOM);
  private by = new Uint32Array(FIRST_ROOM);
  private known = 0;
  /** Positions for the snapshot that had the most of them, ascending: the next one adds few. */
  private sorted = new Uint32Array();

  constructor(
    private readonly reads: Engine,
    readonly keyFields: readonly string[],
    /** Rows below it are accounted for; at first those of the version's file, which are unique. */
    public end: number,
  ) {}

  /** Looks at the rows from where it ended up to `to`; `rows` are all below. Once at a time; it can be repeated. */
  async reach(rows: string, to: number): Promise<void> {
    const { reads, table, end } = this;
    if (!this.created) await reads.query(`CREATE TABLE ${table} (${ROW} BIGINT, ${BY} BIGINT)`);
    this.created = true;
    const keys = this.keyFields.map(quoted).join(', ');
    // What an attempt that failed has left.
    if (this.begun) await reads.query(`DELETE FROM ${table} WHERE ${BY} >= ${end}`);
    this.begun = true;
    await reads.query(
      `INSERT INTO ${table}
       SELECT ${ROW}, ${BY} FROM (
         SELECT ${ROW}, lead(${ROW}) OVER (PARTITION BY ${keys} ORDER BY ${ROW}) AS ${BY}
         FROM ${rows} SEMI JOIN (SELECT ${keys} FROM ${rows} WHERE ${ROW} >= ${end}) USING (${keys}))
       WHERE ${BY} >= ${end}`,
    );
    let known = this.count(end);
    await reads.eachChunk(
      `SELECT ${ROW}::UINTEGER, ${BY}::UINTEGER FROM ${table} WHERE ${BY} >= ${end} ORDER BY ${BY}`,
      (chunk) => {
        this.rows = withRoom(this.rows, known + chunk.rowCount);
        this.by = withRoom(this.by, known + chunk.rowCount);
        for (const [index, numbers] of [this.rows, this.by].entries()) {
          const width = numbers.BYTES_PER_ELEMENT;
          new Uint8Array(numbers.buffer).set(readVector(chunk, index, width), known * width);
        }
        known += chunk.rowCount;
      },
    );
    this.known = known;
    this.end = to;
    this.begun = false;
  }

  /** The positions of the rows that a row below `end` has replaced, as a statement. */
  sql(end: number): string {
    return `SELECT ${ROW} FROM ${this.table} WHERE ${BY} < ${end}`;
  }

  /** Counts the rows that a row below `end` has replaced. */
  count(end: number): number {
    return countWhile(this.known, (index) => (this.by[index] ?? 0) < end);
  }

  /** Their positions, ascending. */
  positions(end: number): Uint32Array {
    const count = this.count(end);
    const { sorted } = this;
    if (count === sorted.length) return sorted;
    if (count < sorted.length) return this.rows.slice(0, count).sort();
    this.sorted = merged(sorted, this.rows.slice(sorted.length, count).sort());
    return this.sorted;
  }

  async close(): Promise<void> {
    if (this.created) await this.reads.query(`DROP TABLE ${this.table}`);
  }
}

function withRoom(numbers: Uint32Array<ArrayBuffer>, count: number): Uint32Array<ArrayBuffer> {
  if (count <= numbers.length) return numbers;
  const larger = new Uint32Array(Math.max(count, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

/** Two ascending lists as one. */
function merged(a: Uint32Array, b: Uint32Array): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(a.length + b.length);
  for (let i = 0, j = 0, at = 0; at < all.length; at++) {
    const fromA = j >= b.length || (i < a.length && (a[i] ?? 0) < (b[j] ?? 0));
    all[at] = (fromA ? a[i++] : b[j++]) ?? 0;
  }
  return all;
}
