import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import { AskedColumns } from '../indexes/asked-columns';
import { findRows } from '../indexes/find-rows';
import { conditionOf, type RowCondition } from '../indexes/row-condition';
import { type RankKey, RowOrder } from '../indexes/row-order';
import type { SortedColumn } from '../indexes/sorted-column';
import type { SortedColumns } from '../indexes/sorted-columns';
import { endOf, type VersionTable } from '../tables/version-table';
import { LiveRows } from './live-rows';
import { isWhole } from './page-sql';

/** The first rows of a page and those skipped before it, in their order, one more where there are more. */
export interface SortedRows {
  positions: number[];
  total: number | null;
  /** Rows from here on were not looked at. */
  covered: number;
}

/** Finds the rows of filtered and sorted pages, without a query where the fields' values are at hand in order. */
export class SortedPages {
  constructor(private readonly columns: SortedColumns) {}

  /** Null where the engine has to find them. */
  find(table: VersionTable, request: RowsRequest): SortedRows | null {
    const { filter, search, group, sort, limit, offset, after } = request;
    if (search !== null || group !== null) return null;
    const asked = new AskedColumns(table, this.columns);
    const condition = conditionOf(filter, (field) => asked.column(field));
    const keys = sort.map(({ field, descending }) => ({ column: asked.column(field), descending }));
    if (!condition || !areThere(keys)) return null;
    const covered = Math.min(asked.covered, endOf(table));
    const order = RowOrder.of(keys, covered);
    const isCovered = covered === endOf(table);
    const counts = request.count && !isWhole(request);
    // Rows that were not looked at may come between, or be behind the row that the page begins after.
    if (!order || (!isCovered && (counts || (after && after.row >= covered)))) return null;
    const known = counts && asked.isExact && !table.gaps ? countOf(condition) : null;
    const live = new LiveRows(table);
    const found = findRows({
      condition,
      order,
      end: covered,
      isThere: table.gaps ? (position) => live.has(position) : () => true,
      after: after?.row ?? null,
      count: offset + limit + 1,
      counts: counts && known === null,
    });
    return found && { positions: found.positions, total: known ?? found.total, covered };
  }
}

function areThere(keys: { column: SortedColumn | null; descending: boolean }[]): keys is RankKey[] {
  return keys.every(({ column }) => column !== null);
}

/** Tells how many rows meet a single comparison: nobody has to look at them. */
function countOf({ comparisons, others }: RowCondition): number | null {
  const [only] = comparisons;
  return only && comparisons.length === 1 && others.length === 0 ? only.rows : null;
}
