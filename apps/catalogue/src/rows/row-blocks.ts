import type { Field } from '@sluice/contracts/fields';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { remembered } from '@sluice/runtime/remembered';
import { requestScope } from '@sluice/runtime/request-scope';
import { LRUCache } from 'lru-cache';
import { COMMA, rowsOf } from '../tables/row-block';
import { endOf, type VersionTable } from '../tables/version-table';
import type { RowRenderer } from './render-rows';
import { RenderedBlocks, type SelectedRows } from './rendered-blocks';

/** Rows of one block; fewer where rows are long. */
const MAX_BLOCK_ROWS = 2_048;
const MIN_BLOCK_ROWS = 16;
const AIMED_BLOCK_BYTES = 512 * 1024;
const SAMPLE_ROWS = 64;
/** From here on in a block the next one is rendered ahead: a reader that pages will want it. */
const AHEAD_FROM = 0.5;
/** The part of all memory that the rows of one table may take. */
const MAX_SHARE = 0.75;
/** So many rows at random are a sign that others will follow. */
const MANY_MISSED = 200;
/** So long nothing is rendered for them after a million rows, about three times what these take: others get their part. */
const REST_MS_PER_MILLION = 4_000;
/** Who pages goes on soon: ends of pages beyond these are forgotten. */
const MAX_PAGE_ENDS = 1_000;
const lookups = new CountedLookups(
  'sluice_row_blocks_total',
  'Rendered blocks that were at hand when rows were asked for, or not',
);

/** How large the rows of a table are in one selection of fields. */
interface Shape {
  blockRows: number;
  rowBytes: number;
}

/** Reads rows that were rendered as JSON once and are sliced often: a page in the order of the file is a copy of bytes, at any depth. */
export class RowBlocks {
  private readonly blocks: RenderedBlocks;
  private readonly shapes = new LRUCache<string, Promise<Shape>>({ max: 1_000 });
  private later: Promise<unknown> | null = null;
  /** Where pages of tables ended for whose blocks there is no room. */
  private readonly pageEnds = new LRUCache<string, true>({ max: MAX_PAGE_ENDS });
  /** Rows at random that were in no rendered block, by what is rendered. */
  private readonly missed = new LRUCache<string, number>({ max: 1_000 });
  private restsUntilMs = 0;

  constructor(
    private readonly renderer: RowRenderer,
    private readonly maxBytes: number,
  ) {
    this.blocks = new RenderedBlocks(renderer, maxBytes);
  }

  /**
   * The rows from position `first` on, `count` of them or as many as there are, as JSON texts separated by commas. Blocks are
   * rendered for who pages, and where those of the whole table find room; otherwise a block would be gone before it is asked
   * for again, and only the rows of the page are rendered.
   */
  async slice(table: VersionTable, fields: readonly Field[], first: number, count: number): Promise<Buffer> {
    const rows = await this.select(table, fields);
    const { blockRows } = rows;
    const last = Math.min(first + count, endOf(table)) - 1;
    const goesOn = rows.home === null && this.goesOn(rows, first, last + 1);
    const parts: Buffer[] = [];
    for (let row = first; row <= last; ) {
      const number = Math.floor(row / blockRows);
      const from = row - number * blockRows;
      const to = Math.min(last - number * blockRows, blockRows - 1);
      const known = await this.find(rows, number, from, to);
      if (parts.length > 0) parts.push(COMMA);
      if (!known && rows.home === null && !goesOn) {
        parts.push((await this.renderer.run(table, fields, row, last + 1 - row)).bytes);
        break;
      }
      parts.push(known ?? rowsOf(await this.blocks.render(rows, number), from, to));
      row = number * blockRows + to + 1;
      if (to >= blockRows * AHEAD_FROM) this.renderAhead(rows, number + 1);
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /**
   * The JSON of rows at random, in the order that is given: from blocks where these are rendered, otherwise by one
   * query for them alone, which takes a quarter of the time of a block. Blocks that are missing are rendered then, one
   * at a time, and all of them once many rows were asked for, if those of the whole table find room.
   */
  async rows(table: VersionTable, fields: readonly Field[], positions: readonly number[]): Promise<Buffer[]> {
    const rows = await this.select(table, fields);
    const { blockRows } = rows;
    const found = await Promise.all(
      positions.map(async (position) => {
        const number = Math.floor(position / blockRows);
        const row = position - number * blockRows;
        const known = await this.find(rows, number, row, row);
        if (!known && rows.home !== null) this.renderLater(rows, number);
        return known;
      }),
    );
    const missing = positions.filter((_, index) => !found[index]).sort((a, b) => a - b);
    if (missing.length === 0) return found.flatMap((row) => row ?? []);
    const block = await this.renderer.at(table, fields, missing);
    if (block.ends.length !== missing.length) throw new Error('rows that were looked up are not there');
    const rendered = new Map(missing.map((position, index) => [position, rowsOf(block, index, index)]));
    return positions.flatMap((position, index) => found[index] ?? rendered.get(position) ?? []);
  }

  private async find(rows: SelectedRows, number: number, from: number, to: number): Promise<Buffer | null> {
    const known = await this.blocks.find(rows, number, from, to);
    lookups.count(known !== null);
    return known;
  }

  private async select(table: VersionTable, fields: readonly Field[]): Promise<SelectedRows> {
    const selection = selectionOf(fields);
    const { blockRows, rowBytes } = await this.shape(table, fields, `${table.id} ${selection}`);
    const bytes = rowBytes * endOf(table);
    let home: SelectedRows['home'] = null;
    if (bytes <= this.maxBytes * MAX_SHARE) home = 'memory';
    else if (table.rendered?.hasRoomFor(bytes)) home = 'disk';
    return { table, fields, name: `${selection} ${blockRows}`, blockRows, home };
  }

  /** Tells whether a page begins where one ended before, and notes where this one ends. */
  private goesOn({ table, name }: SelectedRows, first: number, end: number): boolean {
    const key = `${table.id} ${name}`;
    this.pageEnds.set(`${key} ${end}`, true);
    return this.pageEnds.delete(`${key} ${first}`);
  }

  /** Renders the block that a row was missed of, and once many were, all blocks that are missing. */
  private renderLater(rows: SelectedRows, number: number): void {
    const key = `${rows.table.id} ${rows.name}`;
    const missed = (this.missed.get(key) ?? 0) + 1;
    this.missed.set(key, missed);
    if (this.later !== null || performance.now() < this.restsUntilMs) return;
    const isAll = missed >= MANY_MISSED;
    // In turns with the callers, who go on asking. A failure comes again for the request that needs the block, and is told there.
    this.later = requestScope
      .exit(async () => {
        if (isAll) await this.blocks.renderAll(rows);
        else await this.blocks.render(rows, number);
      })
      .catch(() => {})
      .finally(() => {
        this.later = null;
        if (!isAll) return;
        this.missed.delete(key);
        this.restsUntilMs = performance.now() + (endOf(rows.table) / 1e6) * REST_MS_PER_MILLION;
      });
  }

  private renderAhead(rows: SelectedRows, number: number): void {
    if (number * rows.blockRows >= endOf(rows.table) || rows.table.rendered?.has(rows.name, number)) return;
    // A failure ahead comes again for the request that needs the block, and is told there.
    void Promise.resolve(this.blocks.render(rows, number)).catch(() => {});
  }

  private shape(table: VersionTable, fields: readonly Field[], key: string): Promise<Shape> {
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const shape = this.renderer.run(table, fields, 0, Math.min(SAMPLE_ROWS, endOf(table))).then(({ bytes, ends }) => {
      const rowBytes = Math.max(1, bytes.length / Math.max(1, ends.length));
      const blockRows = Math.min(MAX_BLOCK_ROWS, Math.max(MIN_BLOCK_ROWS, Math.floor(AIMED_BLOCK_BYTES / rowBytes)));
      return { blockRows, rowBytes };
    });
    // A few rows do not tell how large those are that may follow.
    if (endOf(table) >= SAMPLE_ROWS) this.shapes.set(key, shape);
    shape.catch(() => this.shapes.delete(key));
    return shape;
  }
}

const selectionOf = remembered((fields: readonly Field[]) => fields.map(({ name }) => name).join());
