import type { Field } from '@sluice/contracts/fields';
import { type Filter, filterLeaves } from '@sluice/contracts/filter';
import type { RowKey, RowsRequest } from '@sluice/contracts/rows';
import { ROW, type VersionTable } from '../cache/version-table';
import { fieldJson } from '../engine/json-text';
import { quoted } from '../engine/sql';
import { boundValue } from './bound-value';
import { rowJsonPieces } from './row-json';

/** A statement, or a part of one, and the values bound to its `?` in their order. */
export interface Statement {
  sql: string;
  values: string[];
}

/** The request names a field that the version does not have: the caller's view and the version do not fit. */
export class UnknownField extends Error {}

interface Key {
  field: Field;
  descending: boolean;
}

const NOTHING: Statement = { sql: 'false', values: [] };

/**
 * The rows of a page, one more than asked for to see whether it is the last: each a piece of its JSON text, its position
 * and its sort values as text; one statement for each piece. Names come from the version's fields, values are bound.
 */
export function pageSql(table: VersionTable, request: RowsRequest): Statement[] {
  const { filter, sort, limit, offset, after } = request;
  const fields = new FieldNames(table.fields);
  const keys = sort.map(({ field, descending }): Key => ({ field: fields.get(field), descending }));
  const columns = [ROW, ...keys.map(({ field }) => keyText(field))].join(', ');
  const order = orderBy(keys);
  const pieces = rowJsonPieces(request.select.map((name) => fields.get(name)));
  if (inFileOrder(request)) {
    const { sql, values } = slice(request);
    return pieces.map((piece) => ({
      sql: `SELECT ${piece}, ${columns} FROM ${table.sql} WHERE ${sql} ORDER BY ${order}`,
      values,
    }));
  }
  const { sql, values } = matching(fields, keys, filter, after);
  return pieces.map((piece) => ({
    // The inner query finds the rows; only those are then written as JSON.
    sql: `SELECT ${piece}, ${columns} FROM (
      SELECT * FROM ${table.sql} WHERE ${sql} ORDER BY ${order} LIMIT ${limit + 1} OFFSET ${offset}
    ) ORDER BY ${order}`,
    values,
  }));
}

/** Counts all rows that match. */
export function countSql(table: VersionTable, filter: Filter | null): Statement {
  const { sql, values } = matching(new FieldNames(table.fields), [], filter, undefined);
  return { sql: `SELECT count(*) FROM ${table.sql} WHERE ${sql}`, values };
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

function inFileOrder({ filter, sort }: RowsRequest): boolean {
  return filter === null && sort.length === 0;
}

/** In the order of the file the position itself says where a page is: at any depth, nothing else is read. */
function slice({ limit, offset, after }: RowsRequest): Statement {
  const first = (after ? after.row + 1 : 0) + offset;
  return { sql: `${ROW} >= ${first} AND ${ROW} <= ${first + limit}`, values: [] };
}

function matching(
  fields: FieldNames,
  keys: readonly Key[],
  filter: Filter | null,
  after: RowKey | undefined,
): Statement {
  const leaves = filter ? filterLeaves(filter) : [];
  const parts = leaves.map(({ field, values: [value = null] }) => equals(fields.get(field), value));
  return all(after ? [...parts, behind(keys, after)] : parts);
}

function equals(field: Field, value: string | null): Statement {
  const column = quoted(field.name);
  if (value === null) return { sql: `${column} IS NULL`, values: [] };
  const bound = boundValue(field, value);
  return bound === null ? NOTHING : { sql: `${column} = ${bound}`, values: [value] };
}

/** Nulls are the largest value: last ascending, first descending. The position makes the order total. */
function orderBy(keys: readonly Key[]): string {
  const sorted = keys.map(({ field, descending }) => {
    return `${quoted(field.name)} ${descending ? 'DESC NULLS FIRST' : 'ASC NULLS LAST'}`;
  });
  return [...sorted, ROW].join(', ');
}

/** The rows behind a key in the order of the page: equal in the first sort fields and behind in the next one. */
function behind(keys: readonly Key[], after: RowKey): Statement {
  const cases: Statement[] = [];
  const equal: Statement[] = [];
  keys.forEach(({ field, descending }, index) => {
    const value = after.values[index] ?? null;
    cases.push(all([...equal, behindValue(field, descending, value)]));
    equal.push(equals(field, value));
  });
  cases.push(all([...equal, { sql: `${ROW} > ${after.row}`, values: [] }]));
  return { sql: `(${cases.map(({ sql }) => sql).join(' OR ')})`, values: cases.flatMap(({ values }) => values) };
}

function behindValue(field: Field, descending: boolean, value: string | null): Statement {
  const column = quoted(field.name);
  if (value === null) return descending ? { sql: `${column} IS NOT NULL`, values: [] } : NOTHING;
  const bound = boundValue(field, value);
  if (bound === null) return NOTHING;
  const sql = descending ? `${column} < ${bound}` : `(${column} > ${bound} OR ${column} IS NULL)`;
  return { sql, values: [value] };
}

function all(parts: readonly Statement[]): Statement {
  if (parts.length === 0) return { sql: 'true', values: [] };
  return { sql: `(${parts.map(({ sql }) => sql).join(' AND ')})`, values: parts.flatMap(({ values }) => values) };
}

/** A sort value as canonical text, to be bound again for the page behind it. */
function keyText(field: Field): string {
  const column = quoted(field.name);
  return field.type === 'datetime' ? `trim(${fieldJson(field.type, column)}, '"')` : `${column}::VARCHAR`;
}
