import type { DuckDBValue } from '@duckdb/node-api';
import type { Field } from '@sluice/contracts/fields';
import type { Condition, RowKey, RowsRequest, SortKey } from '@sluice/contracts/rows';
import { ROW, type VersionTable } from '../cache/version-table';
import { sqlType } from '../engine/json-text';
import { quoted } from '../engine/sql';
import { rowJson } from './row-json';

/** A statement and the values bound to its `?` in their order. */
export interface Statement {
  sql: string;
  values: DuckDBValue[];
}

/** The request names a field that the version does not have: the caller's view and the version do not fit. */
export class UnknownField extends Error {}

/**
 * The rows of a page, one more than asked for to see whether it is the last: each its JSON text, its position, and its
 * sort values as text. Names come from the version's fields, values are bound with the field's type.
 */
export function pageSql(table: VersionTable, request: RowsRequest): Statement {
  const { select, conditions, sort, limit, offset, after } = request;
  const fields = new FieldNames(table.fields);
  const where = all([
    ...conditions.map((condition) => matches(fields, condition)),
    beyond(fields, sort, after, request),
  ]);
  const keys = sort.map(({ field }) => `${quoted(fields.get(field).name)}::VARCHAR`);
  const columns = [rowJson(select.map((name) => fields.get(name))), ROW, ...keys];
  // In the order of the file and without conditions the position itself says where a page is: nothing else is read.
  const isSlice = sort.length === 0 && conditions.length === 0;
  const first = (after ? after.row + 1 : 0) + offset;
  const slice = isSlice ? ` AND ${ROW} >= ${first} AND ${ROW} <= ${first + limit}` : '';
  const skip = isSlice || offset === 0 ? '' : ` OFFSET ${offset}`;
  return {
    sql: `SELECT ${columns.join(', ')} FROM ${table.sql} WHERE ${where.sql}${slice}
          ORDER BY ${order(fields, sort)} LIMIT ${limit + 1}${skip}`,
    values: where.values,
  };
}

/** Counts all rows that match. */
export function countSql(table: VersionTable, conditions: Condition[]): Statement {
  const fields = new FieldNames(table.fields);
  const where = all(conditions.map((condition) => matches(fields, condition)));
  return { sql: `SELECT count(*) FROM ${table.sql} WHERE ${where.sql}`, values: where.values };
}

class FieldNames {
  private readonly byName: Map<string, Field>;

  constructor(fields: readonly Field[]) {
    this.byName = new Map(fields.map((field) => [field.name, field]));
  }

  get(name: string): Field {
    const field = this.byName.get(name);
    if (!field) throw new UnknownField(`the version has no field ${name}`);
    return field;
  }
}

function matches(fields: FieldNames, { field, value }: Condition): Statement {
  const { name, type, scale } = fields.get(field);
  if (value === null) return { sql: `${quoted(name)} IS NULL`, values: [] };
  return { sql: `${quoted(name)} = CAST(? AS ${sqlType(type, scale)})`, values: [value] };
}

/** Nulls are the largest value: last ascending, first descending. The position makes the order total. */
function order(fields: FieldNames, sort: SortKey[]): string {
  const keys = sort.map(({ field, descending }) => {
    const column = quoted(fields.get(field).name);
    return descending ? `${column} DESC NULLS FIRST` : `${column} ASC NULLS LAST`;
  });
  return [...keys, ROW].join(', ');
}

/** The rows behind a key in the order of the page: equal in the first sort fields and larger in the next one. */
function beyond(
  fields: FieldNames,
  sort: SortKey[],
  after: RowKey | undefined,
  { conditions }: RowsRequest,
): Statement {
  if (!after) return { sql: 'true', values: [] };
  if (sort.length === 0) return { sql: conditions.length > 0 ? `${ROW} > ${after.row}` : 'true', values: [] };
  const equal: Statement[] = [];
  const cases: Statement[] = [];
  sort.forEach(({ field, descending }, index) => {
    const { name, type, scale } = fields.get(field);
    const column = quoted(name);
    const value = after.values[index] ?? null;
    const bound = `CAST(? AS ${sqlType(type, scale)})`;
    const larger = value === null ? 'false' : `(${column} > ${bound} OR ${column} IS NULL)`;
    const smaller = value === null ? `${column} IS NOT NULL` : `${column} < ${bound}`;
    const values = value === null ? [] : [value];
    cases.push(
      all([...equal, { sql: descending ? smaller : larger, values: descending || value !== null ? values : [] }]),
    );
    equal.push(value === null ? { sql: `${column} IS NULL`, values: [] } : { sql: `${column} = ${bound}`, values });
  });
  cases.push(all([...equal, { sql: `${ROW} > ${after.row}`, values: [] }]));
  return { sql: `(${cases.map(({ sql }) => sql).join(' OR ')})`, values: cases.flatMap(({ values }) => values) };
}

function all(parts: Statement[]): Statement {
  if (parts.length === 0) return { sql: 'true', values: [] };
  return { sql: `(${parts.map(({ sql }) => sql).join(' AND ')})`, values: parts.flatMap(({ values }) => values) };
}
