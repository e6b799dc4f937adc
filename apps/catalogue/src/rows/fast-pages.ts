import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import { type Filter, isLeaf } from '@sluice/contracts/filter';
import { remembered } from '@sluice/runtime/remembered';
import { LRUCache } from 'lru-cache';
import type { KeyIndexes } from '../indexes/key-index';
import { allRows, endOf, ROW, type VersionTable } from '../tables/version-table';
import { Columns } from './columns';
import { LiveRows } from './live-rows';
import { isWhole } from './page-sql';
import type { Page } from './read-page';
import type { RowBlocks } from './row-blocks';
import type { SortedPages } from './sorted-pages';

const [OPEN, COMMA, CLOSE] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];

/** A comparison by key that a request makes. */
interface KeyComparison {
  field: Field;
  value: string;
  /** The whole filter. */
  alone: boolean;
}

/** The rows that a comparison by key can be true for. */
interface Lookup extends KeyComparison {
  /** Ascending. */
  positions: number[];
  /** Rows from here on were not looked up. */
  covered: number;
  /** The request asks for nothing besides, and every row was looked up. */
  alone: boolean;
}

/** Pages that need no query, or one over a few rows only. */
export class FastPages {
  constructor(
    private readonly blocks: RowBlocks,
    private readonly indexes: KeyIndexes,
    private readonly sorted: SortedPages,
  ) {}

  /** The page, or the table that a query for it has to look at: often only some rows of it. */
  async read(table: VersionTable, request: RowsRequest): Promise<Page | VersionTable> {
    if (isWhole(request) && request.sort.length === 0) return await this.slice(table, request);
    const leaf = this.keyed(table, request);
    if (!leaf) return await this.readSorted(table, request);
    const lookup = this.lookup(table, request, leaf);
    if (!lookup) return table;
    if (lookup.alone && canBeChecked(lookup, request)) return await this.found(table, request, lookup);
    return onlyRows(table, lookup.positions, lookup.covered);
  }

  private async readSorted(table: VersionTable, request: RowsRequest): Promise<Page | VersionTable> {
    const found = this.sorted.find(table, request);
    if (!found) return table;
    const { positions, covered, total } = found;
    const { offset, limit, after, sort, count } = request;
    const end = offset + limit;
    // In the order of the file, rows that came later stand behind a page that is full without them.
    const isFull = sort.length === 0 && !count && positions.length > end;
    // The engine compares with the row that the page begins behind.
    if (covered < endOf(table) && !isFull) {
      return onlyRows(table, after ? [after.row, ...positions] : positions, covered);
    }
    const page = positions.slice(offset, end);
    const hasMore = positions.length > end;
    const last = page.at(-1);
    const head = {
      returned: page.length,
      hasMore,
      nextKey: hasMore && last !== undefined ? { row: last, values: [] } : null,
      total: isWhole(request) ? table.rowCount : request.count ? total : null,
      ...(request.positions && { positions: page }),
    };
    const rows = await this.blocks.rows(table, selected(table, request.select), page);
    return { head, bytes: jsonArray(rows) };
  }

  /** In the order of the file a page is a slice of rendered rows, or a few where rows between them were replaced. */
  private async slice(table: VersionTable, request: RowsRequest): Promise<Page> {
    const { select, limit, offset, after } = request;
    const live = new LiveRows(table);
    const first = (after ? live.below(after.row + 1) : 0) + offset;
    const returned = Math.max(0, Math.min(limit, table.rowCount - first));
    const runs = live.runs(first, returned);
    const rows: Buffer[] = [];
    for (const { position, count } of runs) {
      rows.push(await this.blocks.slice(table, selected(table, select), position, count));
    }
    const hasMore = first + returned < table.rowCount && returned > 0;
    const last = runs.at(-1);
    const nextKey = hasMore && last ? { row: last.position + last.count - 1, values: [] } : null;
    const positions = request.positions ? { positions: runs.flatMap(positionsOf) } : {};
    return { head: { returned, hasMore, nextKey, total: table.rowCount, ...positions }, bytes: jsonArray(rows) };
  }

  /** Finds a comparison that all rows must meet with a field that is unique or nearly so. */
  private keyed(table: VersionTable, { filter }: RowsRequest): KeyComparison | null {
    for (const leaf of filter ? conjuncts(filter) : []) {
      const value = isLeaf(leaf) && leaf.op === 'eq' ? leaf.values[0] : null;
      const field = isLeaf(leaf) ? table.fields.find(({ name }) => name === leaf.field) : undefined;
      if (!field || typeof value !== 'string' || !this.indexes.isFor(table, field)) continue;
      return { field, value, alone: leaf === filter };
    }
    return null;
  }

  /** The rows of a comparison; null while its index is not there, and where they are very many. */
  private lookup(table: VersionTable, request: RowsRequest, { field, value, alone }: KeyComparison): Lookup | null {
    const { search, group, sort } = request;
    const found = this.indexes.find(table, field, value);
    if (!found) return null;
    const live = new LiveRows(table);
    const positions = found.positions.filter((position) => live.has(position));
    const isAll = alone && search === null && group === null && sort.length === 0 && found.covered >= endOf(table);
    return { field, value, positions, covered: found.covered, alone: isAll };
  }

  private async found(table: VersionTable, request: RowsRequest, lookup: Lookup): Promise<Page> {
    const { limit, offset, after, count } = request;
    const fields = selected(table, request.select);
    const texts = await this.blocks.rows(table, fields, lookup.positions);
    const rows = lookup.positions.flatMap((position, index) => {
      const json = texts[index];
      return json && hasValue(json, lookup) ? [{ position, json }] : [];
    });
    const behind = rows.filter(({ position }) => !after || position > after.row).slice(offset);
    const page = behind.slice(0, limit);
    const hasMore = behind.length > page.length;
    const last = page.at(-1);
    const nextKey = hasMore && last ? { row: last.position, values: [] } : null;
    const bytes = jsonArray(page.map(({ json }) => json));
    const positions = request.positions ? { positions: page.map(({ position }) => position) } : {};
    const total = count ? rows.length : null;
    return { head: { returned: page.length, hasMore, nextKey, total, ...positions }, bytes };
  }
}

function positionsOf({ position, count }: { position: number; count: number }): number[] {
  return Array.from({ length: count }, (_, index) => position + index);
}

/** The table with some rows of those below `covered`, and all others. */
function onlyRows(table: VersionTable, positions: readonly number[], covered: number): VersionTable {
  const some = `SELECT * FROM ${allRows(table)} WHERE ${ROW} IN (${positions.join() || '-1'})`;
  const others = covered < endOf(table) ? ` UNION ALL SELECT * FROM ${table.sql} WHERE ${ROW} >= ${covered}` : '';
  return { ...table, sql: `(${some}${others})` };
}

/** More rows under one value are left to a query, which need not write all of them for one page. */
const MAX_FOUND = 100;

function canBeChecked({ field, positions }: Lookup, { select }: RowsRequest): boolean {
  return positions.length <= MAX_FOUND && (field.type === 'integer' || select.includes(field.name));
}

function jsonArray(rows: readonly Buffer[]): Buffer {
  const parts = rows.flatMap((row, index) => (index > 0 ? [COMMA, row] : [row]));
  return Buffer.concat([OPEN, ...parts, CLOSE]);
}

/** A text's key is a hash: whether the row is the right one, it says itself. Integers are their own key. */
function hasValue(json: Buffer, { field, value }: Lookup): boolean {
  if (field.type === 'integer') return true;
  const row: Record<string, unknown> = JSON.parse(json.toString());
  return row[field.name] === value;
}

/** The parts of a filter that must all hold. */
function conjuncts(filter: Filter): Filter[] {
  return 'and' in filter ? filter.and.flatMap(conjuncts) : [filter];
}

const MAX_SELECTIONS = 200;
const selectionsOf = remembered(
  (_: readonly Field[]) => new LRUCache<string, readonly Field[]>({ max: MAX_SELECTIONS }),
);

/** The fields of a selection; the same array each time, so that what is made of it is found again. */
function selected(table: VersionTable, select: readonly string[]): readonly Field[] {
  const known = selectionsOf(table.fields);
  const name = select.join();
  let fields = known.get(name);
  if (!fields) {
    const columns = new Columns(table.fields);
    fields = select.map((each) => columns.field(each));
    known.set(name, fields);
  }
  return fields;
}
