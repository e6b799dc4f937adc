import type { Field } from '@sluice/contracts/fields';
import { fieldJson } from '../engine/json-text';
import { literal, quoted } from '../engine/sql';

/** A row may be no larger than this as JSON: two of them fit into one message. */
export const MAX_ROW_JSON_BYTES = 256 * 1024;

/** The SQL of a whole row as one JSON object, fields in the given order. */
export function rowJson(fields: readonly Field[]): string {
  const parts = fields.map((field, index) => {
    const key = `${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`;
    return `${literal(key)}, coalesce(${fieldJson(field.type, quoted(field.name))}, 'null')`;
  });
  return `concat(${parts.join(', ')}, '}')`;
}

const MAX_SCALAR_CHARS = 64;
/** A character of text takes at most this many bytes as JSON, for each of its own. */
const MAX_ESCAPED = 6;

/** The SQL of a number that a row's JSON surely does not exceed, far cheaper than the JSON itself. */
export function rowJsonBound(fields: readonly Field[]): string {
  let fixed = 2;
  const sizes: string[] = [];
  for (const { name, type } of fields) {
    fixed += name.length + MAX_ESCAPED;
    if (type === 'text') sizes.push(`coalesce(strlen(${quoted(name)}), 0) * ${MAX_ESCAPED}`);
    else if (type === 'json') sizes.push(`coalesce(strlen(${quoted(name)}), 0)`);
    else fixed += MAX_SCALAR_CHARS;
  }
  return sizes.length > 0 ? `(${fixed} + list_sum([${sizes.join(', ')}]))` : `${fixed}`;
}
