import type { Field } from '@sluice/contracts/fields';
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

/** Fields in one query: each takes memory of its own for its aggregates. */
const BATCH_FIELDS = 100;
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
  let rowCount = 0;
  let rowBytesBound = 0;
  for (let first = 0; first < fields.length; first += BATCH_FIELDS) {
    const batch = fields.slice(first, first + BATCH_FIELDS);
    const sql = `SELECT count(*), max(${rowJsonBound(batch)}), ${batch.map(aggregates).join(', ')} FROM ${relation}`;
    const [[rows, bound, ...rest] = []] = await engine.query(sql, [], limits);
    rowCount = Number(rows ?? 0);
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

function aggregates(field: Field): string {
  const sql = quoted(field.name);
  if (field.type === 'json') return `count(${sql}), NULL, NULL, NULL`;
  return `count(${sql}), ${extreme(field, `min(${sql})`)}, ${extreme(field, `max(${sql})`)}, approx_count_distinct(${sql})`;
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
