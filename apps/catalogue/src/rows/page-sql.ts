import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import { rowJsonPieces } from '../engine/row-json';
import { allRows, ROW, type VersionTable } from '../tables/version-table';
import { Bindings, type Statement } from './bindings';
import { Columns } from './columns';
import { all, FilterSql } from './filter-sql';
import { behindRow, type OrderKey, orderBy } from './keyset';

/**
 * The rows of a page, one more than asked for to see whether it is the last: each a piece of its JSON text, and its
 * position; one statement for each piece. Names come from the version's fields, values are bound.
 */
export function pageSql(table: VersionTable, request: RowsRequest): Statement[] {
  const { limit, offset } = request;
  const { columns, order, where, values } = orderedRows(table, request);
  const pieces = rowJsonPieces(request.select.map((name) => columns.field(name)));
  if (isWhole(request) && request.sort.length === 0 && !table.gaps) {
    return pieces.map((piece) => ({
      sql: `SELECT ${piece}, ${ROW} FROM ${table.sql} WHERE ${slice(request)} ORDER BY ${order}`,
      values,
    }));
  }
  return pieces.map((piece) => ({
    // The inner query finds the rows; only those are then written as JSON.
    sql: `SELECT ${piece}, ${ROW} FROM (
      SELECT * FROM ${table.sql} WHERE ${where} ORDER BY ${order} LIMIT ${limit + 1} OFFSET ${offset}
    ) ORDER BY ${order}`,
    values,
  }));
}

/** Counts all rows that match. */
export function countSql(table: VersionTable, request: Pick<RowsRequest, 'filter' | 'search'>): Statement {
  const bindings = new Bindings();
  const where = matching(new Columns(table.fields), request, bindings);
  return { sql: `SELECT count(*) FROM ${table.sql} WHERE ${where}`, values: bindings.values };
}

/** Whether a request is for every row, so that their number is known. */
export function isWhole({ filter, search, group }: RowsRequest): boolean {
  return filter === null && search === null && group === null;
}

/** Compiles the condition on rows that a request makes, wherever its page begins. */
export function matching(
  columns: Columns,
  { filter, search }: Pick<RowsRequest, 'filter' | 'search'>,
  bindings: Bindings,
): string {
  const compiler = new FilterSql(columns, bindings);
  const parts: string[] = [];
  if (filter) parts.push(compiler.filter(filter));
  if (search) parts.push(compiler.search(search));
  return all(parts);
}

/** The parts of a statement over the rows of a request in their order, from its `after` on. */
export function orderedRows(table: VersionTable, request: Pick<RowsRequest, 'filter' | 'search' | 'sort' | 'after'>) {
  const columns = new Columns(table.fields);
  const bindings = new Bindings();
  const keys = request.sort.map(({ field, descending }): OrderKey => {
    return { ...columns.column(field, bindings), descending };
  });
  const parts = [matching(columns, request, bindings)];
  const { after } = request;
  if (after) parts.push(behindRow(keys, allRows(table), after.row));
  // The position makes the order total.
  const order = [...orderBy(keys), ROW].join(', ');
  return { columns, keys, order, where: all(parts), values: bindings.values };
}

/** In the order of the file the position itself says where a page is: at any depth, nothing else is read. */
function slice({ limit, offset, after }: RowsRequest): string {
  const first = (after ? after.row + 1 : 0) + offset;
  return `${ROW} >= ${first} AND ${ROW} <= ${first + limit}`;
}
