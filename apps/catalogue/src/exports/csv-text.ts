import type { Field } from '@sluice/contracts/fields';
import { quoted } from '../engine/sql';

/** A first character that a spreadsheet takes for the begin of a formula, or skips before it looks for one. */
const FORMULA = '^[=+\\-@\\t\\r\\n]';
/** What has to stand in quotes (RFC 4180 section 2), and the empty text, which is null without. */
const SPECIAL = '[",\\r\\n]|^$';

/** The SQL of a row as one record of CSV without its end. */
export function csvRecord(fields: readonly Field[], escapeFormulas: boolean): string {
  return `concat_ws(',', ${fields.map((field) => csvCell(field, escapeFormulas)).join(', ')})`;
}

/** Nulls are empty and without quotes. Types other than text print as they do in JSON, where RFC 3339 rules dates. */
function csvCell({ name, type }: Field, escapeFormulas: boolean): string {
  const sql = quoted(name);
  switch (type) {
    case 'text':
      return csvText(sql, escapeFormulas);
    case 'json':
      return `coalesce('"' || replace(${sql}, '"', '""') || '"', '')`;
    case 'datetime':
      return `coalesce(replace(${sql}::VARCHAR, ' ', 'T') || 'Z', '')`;
    default:
      return `coalesce(${sql}::VARCHAR, '')`;
  }
}

function csvText(sql: string, escapeFormulas: boolean): string {
  const inQuotes = (text: string) => `'"' || replace(${text}, '"', '""') || '"'`;
  const escaped = `WHEN regexp_matches(${sql}, '${FORMULA}') THEN ${inQuotes(`'''' || ${sql}`)}`;
  return `CASE WHEN ${sql} IS NULL THEN '' ${escapeFormulas ? escaped : ''}
    WHEN regexp_matches(${sql}, '${SPECIAL}') THEN ${inQuotes(sql)} ELSE ${sql} END`;
}
