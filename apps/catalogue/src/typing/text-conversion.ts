import type { FieldType } from '@sluice/contracts/fields';
import { sqlType } from '../engine/json-text';
import { isDate, isDatetime, isNotFinite, isTime, utcTimestamp } from './text-kinds';

/** SQL that makes a value of a text, and that tells whether the text is one at all. */
export interface Conversion {
  value: string;
  fits: string;
}

const TRUE = `'true', 't', 'yes', 'y', '1'`;
const FALSE = `'false', 'f', 'no', 'n', '0'`;
/** More lenient than what inference takes for a number: a publisher that asks for the type means it. */
const NUMBER = '[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?';

/** Converts text to the type. Of a text that does not fit the value may be rounded: nothing is stored before that is checked. */
export function convert(text: string, type: FieldType, scale = 0): Conversion {
  switch (type) {
    case 'text':
      return { value: text, fits: 'true' };
    case 'integer': {
      const value = `TRY_CAST(${text} AS BIGINT)`;
      return { value, fits: `(regexp_full_match(${text}, '[+-]?[0-9]+(\\.0*)?') AND ${value} IS NOT NULL)` };
    }
    case 'number': {
      const double = `TRY_CAST(${text} AS DOUBLE)`;
      const value = `(CASE WHEN isfinite(${double}) THEN ${double} END)`;
      return { value, fits: `(regexp_full_match(${text}, '${NUMBER}') AND ${value} IS NOT NULL)` };
    }
    case 'decimal': {
      const value = `TRY_CAST(${text} AS ${sqlType('decimal', scale)})`;
      return { value, fits: `(regexp_full_match(${text}, '${NUMBER}') AND ${value} IS NOT NULL)` };
    }
    case 'boolean': {
      const word = `lower(${text})`;
      const value = `(CASE WHEN ${word} IN (${TRUE}) THEN true WHEN ${word} IN (${FALSE}) THEN false END)`;
      return { value, fits: `(${value} IS NOT NULL)` };
    }
    case 'date':
      return { value: `TRY_CAST(${text} AS DATE)`, fits: isDate(text) };
    case 'datetime':
      return { value: utcTimestamp(text), fits: `(${isDatetime(text)} OR ${isDate(text)})` };
    case 'time':
      return { value: `TRY_CAST(${text} AS TIME)`, fits: isTime(text) };
    case 'json':
      // A raw line end can only be white space between values; as a blank it keeps one row on one line.
      return { value: `translate(${text}, chr(10) || chr(13) || chr(9), '   ')`, fits: isJson(text) };
  }
}

/** Types whose NaN and infinities become null instead of a fault. */
export function isNumeric(type: FieldType): boolean {
  return type === 'integer' || type === 'number' || type === 'decimal';
}

/** True for text that does not fit its type, apart from what becomes null: empty text, NaN and infinities. */
export function misfit(text: string, type: FieldType, fits: string): string {
  const voids = isNumeric(type) ? `${text} = '' OR ${isNotFinite(text)}` : `${text} = ''`;
  return `(${text} IS NOT NULL AND NOT (${voids}) AND NOT ${fits})`;
}

/** DuckDB also takes trailing commas, NaN and infinities for JSON, which RFC 8259 does not have. */
function isJson(text: string): string {
  const bare = `regexp_replace(${text}, '"(\\\\.|[^"\\\\])*"', '""', 'g')`;
  return `(json_valid(${text}) AND NOT regexp_matches(${bare}, '(?i),\\s*[\\]}]|nan|inf'))`;
}
