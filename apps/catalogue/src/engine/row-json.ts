import type { Field } from '@sluice/contracts/fields';
import { fieldJson } from './json-text';
import { literal, quoted } from './sql';

/** A row may be no larger than this as JSON: two of them fit into one message. */
export const MAX_ROW_JSON_BYTES = 256 * 1024;

/** Fields in one expression: each takes vectors of its own in DuckDB's memory. */
const PIECE_FIELDS = 200;

/** The SQL of a row as one JSON object, fields in the given order, with constant text before and behind it. */
export function rowJson(fields: readonly Field[], before = '', behind = ''): string {
  return `concat(${literal(`${before}{`)}, ${members(fields)}, ${literal(`}${behind}`)})`;
}

/** The same for very many fields: each piece is read by a query of its own, and their texts follow each other. */
export function rowJsonPieces(fields: readonly Field[]): string[] {
  const pieces: string[] = [];
  for (let first = 0; first < fields.length; first += PIECE_FIELDS) {
    const last = first + PIECE_FIELDS >= fields.length;
    const inner = members(fields.slice(first, first + PIECE_FIELDS));
    pieces.push(`concat('${first === 0 ? '{' : ','}', ${inner}, '${last ? '}' : ''}')`);
  }
  return pieces;
}

function members(fields: readonly Field[]): string {
  const parts = fields.map((field, index) => {
    const key = `${index === 0 ? '' : ','}${JSON.stringify(field.name)}:`;
    return `${literal(key)}, coalesce(${fieldJson(field.type, quoted(field.name))}, 'null')`;
  });
  return parts.join(', ');
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
