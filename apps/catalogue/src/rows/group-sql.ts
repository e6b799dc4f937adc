import type { Aggregate, Group, GroupKey } from '@sluice/contracts/catalogue/row-groups';
import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { RIGHT_BITS } from '../engine/number-bits';
import { rowJson } from '../engine/row-json';
import { quoted } from '../engine/sql';
import { ROW, type VersionTable } from '../tables/version-table';
import { Bindings, type Statement } from './bindings';
import { type Column, Columns } from './columns';
import { behindValues, type OrderKey, orderBy } from './keyset';

import { matching } from './page-sql';

interface Output {
  field: Field;
  /** The expression over the rows of a group. */
  sql: string;
}

/**
 * One page of groups, one more than asked for: each its JSON text, and the number of all groups. The order is that of the request, then of the keys from left to right: always total.
 */
export function groupSql(table: VersionTable, request: RowsRequest & { group: Group }): Statement {
  const { limit, after } = request;
  const { sql, fields, values, bindings } = groupsSql(table, request);
  const columns = new Columns(fields);
  const keys = groupOrder(request, columns, bindings);
  const where = after && after.values.length > 0 ? `WHERE ${behindValues(keys, after.values, bindings)}` : '';
  const order = keys.length > 0 ? `ORDER BY ${orderBy(keys).join(', ')}` : '';
  const json = rowJson(request.select.map((name) => columns.field(name)));
  return {
    sql: `WITH found AS MATERIALIZED (${sql})
      SELECT ${json}, (SELECT count(*) FROM found) FROM found ${where} ${order}
      LIMIT ${limit + 1} OFFSET ${firstGroup(request)}`,
    values,
  };
}

/** Tells how many groups come before a page. */
export function firstGroup({ offset, after }: Pick<RowsRequest, 'offset' | 'after'>): number {
  return offset + (after?.row ?? 0);
}

/** What decides which groups there are, and their order. */
export type GroupsRequest = Pick<RowsRequest, 'filter' | 'search' | 'sort'> & { group: Group };

/** The order of groups: that of the request, then of the keys from left to right. `columns` are the groups' outputs. */
export function groupOrder({ group, sort }: GroupsRequest, columns: Columns, bindings: Bindings): OrderKey[] {
  const descending = new Map(sort.map((key) => [key.field, key.descending]));
  const names = [...new Set([...descending.keys(), ...group.keys.map(({ name }) => name)])];
  return names.map((name) => ({ ...columns.column(name, bindings), descending: descending.get(name) ?? false }));
}

/** All groups of a request, without order: a statement whose columns are the outputs, and what they are. */
export function groupsSql(table: VersionTable, request: GroupsRequest) {
  const bindings = new Bindings();
  const columns = new Columns(table.fields);
  const { keys, aggregates } = request.group;
  const outputs = [
    ...keys.map((key) => keyOutput(key, columns, bindings)),
    ...aggregates.map((aggregate) => aggregateOutput(aggregate, columns, bindings, table.units)),
  ];
  const list = outputs.map(({ field, sql }) => `${sql} AS ${quoted(field.name)}`).join(', ');
  const where = matching(columns, request, bindings);
  const by = keys.length > 0 ? `GROUP BY ${keys.map((_, index) => index + 1).join(', ')}` : '';
  return {
    sql: `SELECT ${list} FROM ${table.sql} WHERE ${where} ${by}`,
    fields: outputs.map(({ field }) => field),
    values: bindings.values,
    bindings,
  };
}

function keyOutput({ field, part, name }: GroupKey, columns: Columns, bindings: Bindings): Output {
  const { sql, type, scale } = columns.column(field, bindings);
  if (!part) return { sql, field: outputField(name, type, scale) };
  const trunc = `date_trunc('${part}', ${sql})`;
  return part === 'hour'
    ? { sql: trunc, field: outputField(name, 'datetime') }
    : { sql: `${trunc}::DATE`, field: outputField(name, 'date') };
}

function aggregateOutput(
  { fn, field, name }: Aggregate,
  columns: Columns,
  bindings: Bindings,
  units: VersionTable['units'],
): Output {
  if (field === undefined) return { sql: 'count(*)', field: outputField(name, 'integer') };
  const column = columns.column(field, bindings);
  const { sql, type, scale } = column;
  switch (fn) {
    case 'count':
    case 'count_distinct':
      return { sql: `count(DISTINCT ${sql})`, field: outputField(name, 'integer') };
    case 'min':
    case 'max':
      return { sql: `${fn}(${sql})`, field: outputField(name, type, scale) };
    case 'median':
      return {
        sql: finite(`quantile_cont((${column.number ?? sql})::DOUBLE, 0.5)`),
        field: outputField(name, 'number'),
      };
    case 'avg':
      return { sql: finite(added(fn, column, units?.get(field))), field: outputField(name, 'number') };
    case 'sum':
      if (isDouble(column))
        return { sql: finite(added(fn, column, units?.get(field))), field: outputField(name, 'number') };
      return { sql: `sum(${sql})`, field: outputField(name, 'decimal', scale ?? 0) };
  }
}

/**
 * Adding doubles in another order gives other last digits, and equal queries are to have equal answers: either what is
 * added are whole numbers, or the order is that of the rows, which costs a sort.
 */
function added(fn: 'sum' | 'avg', column: Column, unit: number | undefined): string {
  if (!isDouble(column)) return `${fn}(${column.sql})`;
  if (unit === undefined) return `${fn}(${column.number ?? column.sql} ORDER BY ${ROW})`;
  const units = `${column.sql} * ${powerOfTwo(unit)}`;
  const rest = `(${units} - trunc(${units})) * ${powerOfTwo(RIGHT_BITS)}`;
  const sum = `(sum(trunc(${units})::BIGINT)::DOUBLE / ${powerOfTwo(unit)}
    + sum((${rest})::BIGINT)::DOUBLE / ${powerOfTwo(unit + RIGHT_BITS)})`;
  return fn === 'sum' ? sum : `(${sum} / count(${column.sql}))`;
}

/** As text, from which a double is read to the last bit. */
function powerOfTwo(exponent: number): string {
  return `'${2 ** exponent}'::DOUBLE`;
}

function isDouble({ type, number }: Column): boolean {
  return type === 'number' || number !== undefined;
}

/** JSON has no infinity. */
function finite(sql: string): string {
  return `CASE WHEN isfinite(${sql}) THEN ${sql} END`;
}

function outputField(name: string, type: FieldType, scale?: number): Field {
  return { name, label: name, type, scale, nullable: true, min: null, max: null, distinct: null };
}
