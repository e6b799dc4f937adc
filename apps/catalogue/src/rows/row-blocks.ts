import type { Field } from '@sluice/contracts/fields';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { remembered } from '@sluice/runtime/remembered';
import { requestScope } from '@sluice/runtime/request-scope';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { inStage } from '@sluice/runtime/tracing';
import { LRUCache } from 'lru-cache';
import type { Engine } from '../engine/engine';
import { rowJsonPieces } from '../engine/row-json';
import { allRows, endOf, ROW, type VersionTable } from '../tables/version-table';

/** Rows of one block; fewer where rows are long. */
const MAX_BLOCK_ROWS = 2_048;
const MIN_BLOCK_ROWS = 16;
const AIMED_BLOCK_BYTES = 512 * 1024;
const SAMPLE_ROWS = 64;
/** From here on in a block the next one is rendered ahead: a reader that pages will want it. */
const AHEAD_FROM = 0.5;
/** The part of all memory that one table may take for the sake of rows at random. */
const MAX_SHARE = 0.75;
/** So many rows at random are a sign that others will follow. */
const MANY_MISSED = 200;
/** So long nothing is rendered for them after a million rows, about three times what these take: others get their part. */
const REST_MS_PER_MILLION = 4_000;
/** Who pages goes on soon: ends of pages beyond these are forgotten. */
const MAX_PAGE_ENDS = 1_000;
const COMMA = Buffer.from(',');
const lookups = new CountedLookups(
  'sluice_row_blocks_total',
  'Rendered blocks that were at hand when rows were asked for, or not',
);

/** A run of rows as JSON text, separated by commas; `ends` holds where each one ends. The last block of a table may grow. */
interface Block {
  bytes: Buffer;
  ends: Uint32Array;
}

/** The blocks of a table's rows in one selection of fields. */
interface Shape {
  blockRows: number;
  rowBytes: number;
}

/**
 * Rows rendered as JSON once and sliced often: a page in the order of the file is a copy of bytes, at any depth. Blocks
 * belong to a version and to a selection of fields. A row never changes and never moves, so they never go stale: a later
 * snapshot only has more rows at the end, and shows fewer of those before. All of them together are bounded.
 */
export class RowBlocks {
  private readonly blocks: LRUCache<string, Block>;
  private readonly shapes = new LRUCache<string, Promise<Shape>>({ max: 1_000 });
  private readonly rendering = new SingleFlight<Block>();
  private later: Promise<unknown> | null = null;
  /** Where pages of tables ended for whose blocks there is no room. */
  private readonly pageEnds = new LRUCache<string, true>({ max: MAX_PAGE_ENDS });
  /** Rows at random that were in no rendered block, by what is rendered. */
  private readonly missed = new LRUCache<string, number>({ max: 1_000 });
  private restsUntilMs = 0;

  constructor(
    private readonly reads: Engine,
    private readonly maxBytes: number,
    private readonly timeoutMs: number,
  ) {
    const sizeCalculation = ({ bytes, ends }: Block) => bytes.length + ends.byteLength + 200;
    this.blocks = new LRUCache({ maxSize: maxBytes, sizeCalculation });
  }

  /**
   * The rows from position `first` on, `count` of them or as many as there are, as JSON texts separated by commas. Blocks are
   * rendered for who pages, and where those of the whole table find room; otherwise a block would be gone before it is asked
   * for again, and only the rows of the page are rendered.
   */
  async slice(table: VersionTable, fields: readonly Field[], first: number, count: number): Promise<Buffer> {
    const shape = await this.shape(table, fields);
    const { blockRows } = shape;
    const last = Math.min(first + count, endOf(table)) - 1;
    const isWorthBlocks = this.hasRoomFor(table, shape) || this.goesOn(table, fields, first, last + 1);
    const parts: Buffer[] = [];
    for (let row = first; row <= last; ) {
      const number = Math.floor(row / blockRows);
      const known = this.rendered(table, fields, number, blockRows);
      lookups.count(known !== null);
      if (!known && !isWorthBlocks) {
        const { bytes } = await this.render(table, fields, range(row, last + 1 - row));
        parts.push(...(parts.length > 0 ? [COMMA] : []), bytes);
        break;
      }
      const block = known ?? (await this.block(table, fields, number, blockRows));
      const from = row - number * blockRows;
      const to = Math.min(last - number * blockRows, blockRows - 1);
      parts.push(...(parts.length > 0 ? [COMMA] : []), rowsOf(block, from, to));
      row = number * blockRows + to + 1;
      if (to >= blockRows * AHEAD_FROM) this.renderAhead(table, fields, number + 1, blockRows);
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /**
   * The JSON of rows at random, in the order that is given: from blocks where these are rendered, otherwise by one
   * query for them alone, which takes a quarter of the time of a block. Blocks that are missing are rendered then, one
   * at a time, and all of them once many rows were asked for, if those of the whole table find room.
   */
  async rows(table: VersionTable, fields: readonly Field[], positions: readonly number[]): Promise<Buffer[]> {
    const shape = await this.shape(table, fields);
    const { blockRows } = shape;
    const found = new Map<number, Buffer>();
    for (const position of positions) {
      const number = Math.floor(position / blockRows);
      const row = position - number * blockRows;
      const block = this.rendered(table, fields, number, blockRows);
      lookups.count(block !== null);
      if (block) found.set(position, rowsOf(block, row, row));
      else if (this.hasRoomFor(table, shape)) this.renderLater(table, fields, number, blockRows);
    }
    const missing = positions.filter((position) => !found.has(position)).sort((a, b) => a - b);
    if (missing.length > 0) {
      const block = await this.render(table, fields, `${ROW} IN (${missing.join()})`);
      if (block.ends.length !== missing.length) throw new Error('rows that were looked up are not there');
      missing.forEach((position, index) => {
        found.set(position, rowsOf(block, index, index));
      });
    }
    return positions.flatMap((position) => found.get(position) ?? []);
  }

  private hasRoomFor(table: VersionTable, { rowBytes }: Shape): boolean {
    return rowBytes * endOf(table) <= this.maxBytes * MAX_SHARE;
  }

  /** Tells whether a page begins where one ended before, and notes where this one ends. */
  private goesOn(table: VersionTable, fields: readonly Field[], first: number, end: number): boolean {
    const key = keyOf(table, fields);
    this.pageEnds.set(`${key} ${end}`, true);
    return this.pageEnds.delete(`${key} ${first}`);
  }

  /** Renders the block that a row was missed of, and once many were, all blocks that are missing. */
  private renderLater(table: VersionTable, fields: readonly Field[], number: number, blockRows: number): void {
    const key = keyOf(table, fields);
    const missed = (this.missed.get(key) ?? 0) + 1;
    this.missed.set(key, missed);
    if (this.later !== null || performance.now() < this.restsUntilMs) return;
    const isAll = missed >= MANY_MISSED;
    // In turns with the callers, who go on asking. A failure comes again for the request that needs the block, and is told there.
    this.later = requestScope
      .exit(async () => {
        if (isAll) await this.renderAll(table, fields, blockRows);
        else await this.block(table, fields, number, blockRows);
      })
      .catch(() => {})
      .finally(() => {
        this.later = null;
        if (!isAll) return;
        this.missed.delete(key);
        this.restsUntilMs = performance.now() + (endOf(table) / 1e6) * REST_MS_PER_MILLION;
      });
  }

  private async renderAll(table: VersionTable, fields: readonly Field[], blockRows: number): Promise<void> {
    for (let number = 0; number * blockRows < endOf(table); number++)
      await this.block(table, fields, number, blockRows);
  }

  private renderAhead(table: VersionTable, fields: readonly Field[], number: number, blockRows: number): void {
    if (number * blockRows >= endOf(table)) return;
    // A failure ahead comes again for the request that needs the block, and is told there.
    void Promise.resolve(this.block(table, fields, number, blockRows)).catch(() => {});
  }

  /** The block, if it has every row that the table has for it. */
  private rendered(table: VersionTable, fields: readonly Field[], number: number, blockRows: number): Block | null {
    const known = this.blocks.get(blockKey(table, fields, number, blockRows));
    return known && known.ends.length >= rowsInBlock(table, number, blockRows) ? known : null;
  }

  private block(table: VersionTable, fields: readonly Field[], number: number, blockRows: number): Promise<Block> {
    const complete = this.rendered(table, fields, number, blockRows);
    if (complete) return Promise.resolve(complete);
    const first = number * blockRows;
    const count = rowsInBlock(table, number, blockRows);
    const key = blockKey(table, fields, number, blockRows);
    const known = this.blocks.get(key);
    return this.rendering.run(`${key} ${count}`, async () => {
      const block = await this.grown(known, table, fields, first, count);
      const meanwhile = this.blocks.get(key);
      if (!meanwhile || meanwhile.ends.length < block.ends.length) this.blocks.set(key, block);
      return block;
    });
  }

  /** The block with as many rows as the table has for it: only those are rendered that it did not have. */
  private async grown(
    known: Block | undefined,
    table: VersionTable,
    fields: readonly Field[],
    first: number,
    count: number,
  ): Promise<Block> {
    if (!known) return await this.render(table, fields, range(first, count));
    const had = known.ends.length;
    const more = await this.render(table, fields, range(first + had, count - had));
    const shift = known.bytes.length + COMMA.length;
    const ends = new Uint32Array(had + more.ends.length);
    ends.set(known.ends);
    ends.set(
      more.ends.map((end) => end + shift),
      had,
    );
    return { bytes: Buffer.concat([known.bytes, COMMA, more.bytes]), ends };
  }

  private shape(table: VersionTable, fields: readonly Field[]): Promise<Shape> {
    const key = keyOf(table, fields);
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const shape = this.render(table, fields, range(0, Math.min(SAMPLE_ROWS, endOf(table)))).then(({ bytes, ends }) => {
      const rowBytes = Math.max(1, bytes.length / Math.max(1, ends.length));
      const blockRows = Math.min(MAX_BLOCK_ROWS, Math.max(MIN_BLOCK_ROWS, Math.floor(AIMED_BLOCK_BYTES / rowBytes)));
      return { blockRows, rowBytes };
    });
    // A few rows do not tell how large those are that may follow.
    if (endOf(table) >= SAMPLE_ROWS) this.shapes.set(key, shape);
    shape.catch(() => this.shapes.delete(key));
    return shape;
  }

  private async render(table: VersionTable, fields: readonly Field[], where: string): Promise<Block> {
    const pieces: string[][] = [];
    for (const piece of rowJsonPieces(fields)) {
      const rows = await this.reads.query(`SELECT ${piece} FROM ${allRows(table)} WHERE ${where} ORDER BY ${ROW}`, [], {
        timeoutMs: this.timeoutMs,
      });
      pieces.push(rows.map(([json]) => String(json)));
    }
    return inStage('rendering', () => joinPieces(pieces));
  }
}

/** Writes the rows of a block out of the columns that were rendered in pieces. */
function joinPieces(pieces: readonly string[][]): Block {
  const rows = (pieces[0] ?? []).map(
    (start, row) =>
      start +
      pieces
        .slice(1)
        .map((piece) => piece[row])
        .join(''),
  );
  const ends = new Uint32Array(rows.length);
  let end = 0;
  rows.forEach((row, index) => {
    end += Buffer.byteLength(row) + (index > 0 ? 1 : 0);
    ends[index] = end;
  });
  return { bytes: Buffer.from(rows.join(',')), ends };
}

function range(first: number, count: number): string {
  return `${ROW} >= ${first} AND ${ROW} < ${first + count}`;
}

function rowsInBlock(table: VersionTable, number: number, blockRows: number): number {
  return Math.min(blockRows, endOf(table) - number * blockRows);
}

function blockKey(table: VersionTable, fields: readonly Field[], number: number, blockRows: number): string {
  return `${keyOf(table, fields)} ${blockRows} ${number}`;
}

/** Rows `from` to `to` of a block, both included. */
function rowsOf({ bytes, ends }: Block, from: number, to: number): Buffer {
  const start = from === 0 ? 0 : (ends[from - 1] ?? 0) + 1;
  return bytes.subarray(start, ends[to] ?? bytes.length);
}

/** Names what is rendered. */
function keyOf(table: VersionTable, fields: readonly Field[]): string {
  return `${table.id} ${selectionOf(fields)}`;
}

const selectionOf = remembered((fields: readonly Field[]) => fields.map(({ name }) => name).join());
