import type { Field, FieldType } from '@sluice/contracts/fields';
import { pointerTo } from '@sluice/query/values/fault-list';
import { quoted } from '../engine/sql';
import type { Bindings } from './bindings';

/** Tells that a request names a field that the version does not have: the caller's view and the version do not fit. */
export class UnknownField extends Error {}

/** A field, or a place inside a json field, whose values are texts: rows are compared, sorted and grouped by it. */
export interface Column {
  sql: string;
  type: FieldType;
  scale?: number;
  /** For places inside json: the value as JSON, and as a number where it is one. */
  json?: string;
  number?: string;
}

/** The fields of a version by name. Names are looked up here before any of them becomes SQL. */
export class Columns {
  private readonly byName: Map<string, Field>;

  constructor(fields: readonly Field[]) {
    this.byName = new Map(fields.map((field) => [field.name, field]));
  }

  field(name: string): Field {
    const field = this.byName.get(name);
    if (!field) throw new UnknownField(`the version has no field ${name}`);
    return field;
  }

  /** Reads `field` or `field.key.key`; the keys are bound as a JSON Pointer, never written into the text. */
  column(path: string, bindings: Bindings): Column {
    const [name = '', ...keys] = path.split('.');
    const { type, scale } = this.field(name);
    const sql = quoted(name);
    if (keys.length === 0) return { sql, type, scale, ...(type === 'json' && { json: sql }) };
    if (type !== 'json') throw new UnknownField(`${name} has no values inside`);
    const pointer = bindings.add(keys.reduce(pointerTo, ''));
    const text = `json_extract_string(${sql}, ${pointer})`;
    return {
      sql: text,
      type: 'text',
      json: `json_extract(${sql}, ${pointer})`,
      number: `CASE WHEN json_type(${sql}, ${pointer}) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST(${text} AS DOUBLE) END`,
    };
  }
}
