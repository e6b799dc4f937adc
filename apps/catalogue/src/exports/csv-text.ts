import type { Field } from '@sluice/contracts/fields';
import { utcText } from '../engine/json-text';
import { quoted } from '../engine/sql';

/** A first character that a spreadsheet takes for the begin of a formula, or skips before it looks for one. */
const FORMULA = '^[=+\\-@\\t\\r\\n]';
/** Texts with one of these stand in quotes (RFC 4180 section 2). Looking for each is far cheaper than a regular expression. */
const SPECIAL = [`'"'`, `','`, 'chr(10)', 'chr(13)'];

/** The SQL of a row as one record of CSV with its end. */
export function csvRecord(fields: readonly Field[], escapeFormulas: boolean): string {
  // To `concat` a null is nothing: it is empty and without quotes.
  return `concat(${fields.map((field) => csvCell(field, escapeFormulas)).join(", ',', ")}, chr(13), chr(10))`;
}

/** Types other than text print as they do in JSON, where RFC 3339 rules dates. */
function csvCell({ name, type }: Field, escapeFormulas: boolean): string {
  const sql = quoted(name);
  switch (type) {
    case 'text':
      return csvText(sql, escapeFormulas);
    case 'json':
      return inQuotes(sql);
    case 'datetime':
      return utcText(sql);
    default:
      return `${sql}::VARCHAR`;
  }
}

function csvText(sql: string, escapeFormulas: boolean): string {
  const escaped = `WHEN regexp_matches(${sql}, '${FORMULA}') THEN ${inQuotes(`'''' || ${sql}`)}`;
  // The empty text would be null without quotes.
  const isSpecial = [`${sql} = ''`, ...SPECIAL.map((character) => `contains(${sql}, ${character})`)].join(' OR ');
  return `CASE ${escapeFormulas ? escaped : ''} WHEN ${isSpecial} THEN ${inQuotes(sql)} ELSE ${sql} END`;
}

function inQuotes(text: string): string {
  return `'"' || replace(${text}, '"', '""') || '"'`;
}
