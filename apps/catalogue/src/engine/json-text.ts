import type { FieldType } from '@sluice/contracts/fields';

/*
 * SQL expressions that write a value as JSON text. DuckDB's own to_json is used for text only: it loses digits of
 * decimals, writes timestamps with a space and a bare NaN. All are NULL for NULL.
 */
export const jsonText = {
  text: (sql: string) => `to_json(${sql})::VARCHAR`,
  /** Integers, decimals and doubles: every digit, doubles as the shortest text that reads back as the same value. */
  number: (sql: string) => `${sql}::VARCHAR`,
  boolean: (sql: string) => `${sql}::VARCHAR`,
  /** Dates and times of day print as RFC 3339 has them. */
  quoted: (sql: string) => `'"' || ${sql}::VARCHAR || '"'`,
  datetime: (sql: string) => utcText(sql, '"'),
};

/** A datetime as RFC 3339 has it, between quotes or whatever is wanted; one that is infinite is no moment, and NULL. */
export function utcText(sql: string, around = ''): string {
  const parts = [`'${around}'`, `${sql}::DATE::VARCHAR`, "'T'", `${sql}::TIME::VARCHAR`, `'Z${around}'`];
  return `CASE WHEN isfinite(${sql}) THEN concat(${parts.join(', ')}) END`;
}

/** The JSON text of a field's value, which is stored with the type that `sqlType` names. */
export function fieldJson(type: FieldType, sql: string): string {
  switch (type) {
    case 'text':
      return jsonText.text(sql);
    case 'integer':
    case 'number':
    case 'decimal':
      return jsonText.number(sql);
    case 'boolean':
      return jsonText.boolean(sql);
    case 'date':
    case 'time':
      return jsonText.quoted(sql);
    case 'datetime':
      return jsonText.datetime(sql);
    case 'json':
      return sql;
  }
}

/** Names the type that a field's values are stored with: datetimes as UTC without a zone, JSON as the text that was written. */
export function sqlType(type: FieldType, scale = 0): string {
  switch (type) {
    case 'text':
    case 'json':
      return 'VARCHAR';
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'decimal':
      return `DECIMAL(38, ${scale})`;
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'datetime':
      return 'TIMESTAMP';
  }
}
