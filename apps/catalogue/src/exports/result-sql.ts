import type { Group } from '@sluice/contracts/catalogue/row-groups';
import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import { sqlType } from '../engine/json-text';
import { quoted } from '../engine/sql';
import { Columns } from '../rows/columns';
import { groupOrder, groupsSql } from '../rows/group-sql';
import { orderBy } from '../rows/keyset';
import { orderedRows } from '../rows/page-sql';
import { ROW, type VersionTable } from '../tables/version-table';

export type ResultRequest = Pick<RowsRequest, 'select' | 'filter' | 'search' | 'group' | 'sort' | 'after'>;

/** The rows of a query with their types: a statement of the fields and `_row`, whose order is that of the rows. */
export interface Result {
  sql: string;
  values: string[];
  fields: Field[];
  /** `_row` is the position in the file: a range of it is found without reading the others. */
  inFileOrder: boolean;
}

/** A part of a result in its order. */
export interface Part {
  limit: number;
  offset: number;
}

export function resultSql(table: VersionTable, request: ResultRequest, part?: Part): Result {
  const { group } = request;
  return group ? groups(table, { ...request, group }, part) : rows(table, request, part);
}

function rows(table: VersionTable, request: ResultRequest, part: Part | undefined): Result {
  const { columns, keys, order, where, values } = orderedRows(table, request);
  const fields = request.select.map((name) => columns.field(name));
  const names = fields.map(({ name }) => quoted(name)).join(', ');
  const from = `FROM ${table.sql} WHERE ${where}`;
  if (keys.length === 0 && !part) return { sql: `SELECT ${ROW}, ${names} ${from}`, values, fields, inFileOrder: true };
  const inOrder = `SELECT * ${from} ORDER BY ${order} ${limits(part)}`;
  return { sql: numbered(names, inOrder), values, fields, inFileOrder: false };
}

function groups(table: VersionTable, request: ResultRequest & { group: Group }, part: Part | undefined): Result {
  const { sql, fields: outputs, values, bindings } = groupsSql(table, request);
  const columns = new Columns(outputs);
  const fields = request.select.map((name) => columns.field(name));
  const keys = groupOrder(request, columns, bindings);
  const order = keys.length > 0 ? `ORDER BY ${orderBy(keys).join(', ')}` : '';
  const typed = fields.map(({ name, type, scale }) => {
    return `CAST(${quoted(name)} AS ${sqlType(type, scale)}) AS ${quoted(name)}`;
  });
  const inOrder = `SELECT * FROM (${sql}) ${order} ${limits(part)}`;
  return { sql: numbered(typed.join(', '), inOrder), values, fields, inFileOrder: false };
}

/** DuckDB keeps the order of a sorted subquery through projections and numbering (its `preserve_insertion_order`). */
function numbered(columns: string, inOrder: string): string {
  return `SELECT row_number() OVER () - 1 AS ${ROW}, ${columns} FROM (${inOrder})`;
}

function limits(part: Part | undefined): string {
  return part ? `LIMIT ${part.limit} OFFSET ${part.offset}` : '';
}
