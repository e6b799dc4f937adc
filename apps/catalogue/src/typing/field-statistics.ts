import type { Field, FieldType } from '@sluice/contracts/fields';
import type { Cells, Engine, QueryLimits } from '../engine/engine';
import { fieldJson } from '../engine/json-text';
import { rowJsonBound } from '../engine/row-json';
import { quoted } from '../engine/sql';
import type { ColumnPlan } from './column-plan';

export interface Statistics {
  fields: Field[];
  rowCount: number;
  /** Values that are not null, by field. */
  present: number[];
  /** No row is larger than this as JSON. */
  rowBytesBound: number;
}

/** Fields in one query: each takes memory of its own for its aggregates … */
const BATCH_FIELDS = 100;
/** … and megabytes where distinct values are counted exactly, and memory for each value. */
const BATCH_EXACT_FIELDS = 10;
const BATCH_VALUES = 8_000_000;
/** Distinct values of more rows are estimated. */
export const MAX_EXACT_ROWS = 1_000_000;
const MAX_LABEL_CHARS = 256;
/** Longer texts say little as a smallest and largest value. */
const MAX_EXTREME_BYTES = 128;
/** A route with all its fields must fit into one message of 512 KiB beside much else. */
const MAX_FIELDS_BYTES = 256 * 1024;
const SHORT_LABEL_CHARS = 32;

/** Reads a stored version once for what the documentation of its fields tells. */
export async function measureFields(
  engine: Engine,
  relation: string,
  columns: readonly ColumnPlan[],
  limits: QueryLimits,
): Promise<Statistics> {
  const fields = columns.map(bareField);
  const cells: Cells = [];
  const [[rows] = []] = await engine.query(`SELECT count(*) FROM ${relation}`, [], limits);
  const rowCount = Number(rows ?? 0);
  const isExact = rowCount <= MAX_EXACT_ROWS;
  const size = isExact ? Math.max(1, Math.min(BATCH_EXACT_FIELDS, Math.floor(BATCH_VALUES / rowCount))) : BATCH_FIELDS;
  let rowBytesBound = 0;
  for (let first = 0; first < fields.length; first += size) {
    const batch = fields.slice(first, first + size);
    const measures = batch.map((field) => aggregates(field, isExact));
    const sql = `SELECT max(${rowJsonBound(batch)}), ${measures.join(', ')} FROM ${relation}`;
    const [[bound, ...rest] = []] = await engine.query(sql, [], limits);
    rowBytesBound += Number(bound ?? 0);
    cells.push(...rest);
  }
  const present = fields.map((_, index) => Number(cells[index * 4] ?? 0));
  const described = fields.map((field, index): Field => {
    const [min, max, distinct] = cells.slice(index * 4 + 1, index * 4 + 4);
    const values = present[index] ?? 0;
    return {
      ...field,
      nullable: values < rowCount,
      min: typeof min === 'string' ? min : null,
      max: typeof max === 'string' ? max : null,
      // The estimate may exceed what is possible.
      distinct: values === 0 || distinct === null || distinct === undefined ? null : Math.min(Number(distinct), values),
    };
  });
  return { fields: bounded(described), rowCount, present, rowBytesBound };
}

function aggregates(field: Field, isExact: boolean): string {
  const sql = quoted(field.name);
  if (field.type === 'json') return `count(${sql}), NULL, NULL, NULL`;
  const distinct = distinctValues(field.type, sql, isExact);
  return `count(${sql}), ${extreme(field, `min(${sql})`)}, ${extreme(field, `max(${sql})`)}, ${distinct}`;
}

/** The SQL of how many values differ. Of texts their hashes are told apart, of which two in a million rows are the same once in ten million files. */
export function distinctValues(type: FieldType, sql: string, isExact: boolean): string {
  if (!isExact) return `approx_count_distinct(${sql})`;
  return `count(DISTINCT ${type === 'text' ? `CASE WHEN ${sql} IS NOT NULL THEN hash(${sql}) END` : sql})`;
}

function bareField({ name, label, type, scale }: ColumnPlan): Field {
  const kept = [...label].slice(0, MAX_LABEL_CHARS).join('');
  return {
    name,
    label: kept,
    type,
    ...(type === 'decimal' && { scale: scale ?? 0 }),
    nullable: true,
    min: null,
    max: null,
    distinct: null,
  };
}

function extreme(field: Field, sql: string): string {
  const json = fieldJson(field.type, sql);
  return field.type === 'text' ? `CASE WHEN strlen(${sql}) <= ${MAX_EXTREME_BYTES} THEN ${json} END` : json;
}

/** Hundreds of fields with long labels tell less about each. */
function bounded(fields: Field[]): Field[] {
  if (Buffer.byteLength(JSON.stringify(fields)) <= MAX_FIELDS_BYTES) return fields;
  return fields.map((field) => ({
    ...field,
    label: [...field.label].slice(0, SHORT_LABEL_CHARS).join(''),
    min: field.type === 'text' ? null : field.min,
    max: field.type === 'text' ? null : field.max,
  }));
}
