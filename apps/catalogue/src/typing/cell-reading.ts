import type { FieldReading } from '@sluice/contracts/catalogue/reading';
import { literal } from '../engine/sql';
import { BLANKS, isOutOfRange } from './cell-forms';
import { readDatePattern } from './date-patterns';

/** How the cells of a column become texts that are written plainly: numbers with a point, dates by ISO 8601. */
export interface CellReading extends Pick<FieldReading, 'trim' | 'decimal' | 'thousands' | 'percent' | 'currency'> {
  /** Words that become null. */
  nulls: readonly string[];
  /** Patterns of dates and of dates with times; the one that a cell matches is its own. */
  datePatterns: readonly string[];
  datetimePatterns: readonly string[];
  timeZone?: string;
  /** `+5` is a number. */
  plus?: boolean;
  /** `9:30 AM` is a time of day. */
  clock?: boolean;
  /** Dates before the year 1 and after 9999 become null. */
  dropsOutOfRange?: boolean;
  /** Digits of a second beyond the sixth are cut off. */
  cutsSeconds?: boolean;
}

export const asItStands: CellReading = { nulls: [], datePatterns: [], datetimePatterns: [] };

/** SQL of the plain text of a cell; NULL where it is none of a value. A cell that the reading does not fit stays as it is. */
export function plainText(text: string, reading: CellReading): string {
  const { nulls, trim, cutsSeconds } = reading;
  let sql = trim ? `trim(${text}, ${literal(BLANKS)})` : text;
  if (reading.plus) sql = `regexp_replace(${sql}, '^\\+', '')`;
  if (hasNumberForms(reading)) sql = plainNumber(sql, reading);
  if (reading.datePatterns.length + reading.datetimePatterns.length > 0) sql = isoDate(sql, reading);
  if (reading.dropsOutOfRange) sql = `(CASE WHEN NOT ${isOutOfRange(sql)} THEN ${sql} END)`;
  if (reading.clock) sql = isoTime(sql);
  if (cutsSeconds) sql = `regexp_replace(${sql}, '(\\.[0-9]{6})[0-9]+', '\\1')`;
  if (reading.timeZone) sql = inUtc(sql, reading.timeZone);
  if (nulls.length === 0) return sql;
  const words = nulls.map(literal).join(', ');
  return `(CASE WHEN trim(${text}, ${literal(BLANKS)}) IN (${words}) THEN NULL ELSE ${sql} END)`;
}

function hasNumberForms({ decimal, thousands, percent, currency }: CellReading): boolean {
  return decimal === ',' || thousands !== undefined || percent === true || currency === true;
}

const CURRENCY = '^(-?)(?:[$€£¥₹₽₩]|[A-Z]{2,3}\\$?|kr|zł) ?|(?: ?(?:[$€£¥₹₽₩]|[A-Z]{2,3}\\$?|kr|zł))$';

/** Numbers lose what they are dressed in; a percent sign becomes the exponent -2, which loses no digit. */
function plainNumber(text: string, { decimal = '.', thousands, percent, currency }: CellReading): string {
  let sql = currency ? `regexp_replace(${text}, ${literal(CURRENCY)}, '\\1', 'g')` : text;
  if (percent) sql = `regexp_replace(${sql}, ' ?%$', 'e-2')`;
  const group = thousands ?? (decimal === ',' ? '.' : undefined);
  const separator = group === ' ' ? '[ \u00a0\u202f]' : group && `\\${group}`;
  const point = decimal === ',' ? ',' : '\\.';
  const fraction = `(?:${point}[0-9]+)?(?:e-2)?`;
  const whole = separator ? `(?:[0-9]{1,3}(?:${separator}[0-9]{3})+|[0-9]+)` : '[0-9]+';
  const ungrouped = separator ? `regexp_replace(${sql}, ${literal(separator)}, '', 'g')` : sql;
  const pointed = decimal === ',' ? `replace(${ungrouped}, ',', '.')` : ungrouped;
  return `(CASE WHEN regexp_full_match(${sql}, ${literal(`[+-]?${whole}${fraction}`)}) THEN ${pointed} ELSE ${text} END)`;
}

function isoDate(text: string, { datePatterns, datetimePatterns }: CellReading): string {
  const when = (pattern: string, as: (moment: string) => string) => {
    const read = readDatePattern(pattern);
    if (!read) return '';
    const moment = `try_strptime(${text}, ${literal(read.format)})`;
    return `WHEN regexp_full_match(${text}, ${literal(read.shape)}) AND ${moment} IS NOT NULL THEN ${as(moment)}`;
  };
  const cases = [
    ...datePatterns.map((pattern) => when(pattern, (moment) => `${moment}::DATE::VARCHAR`)),
    ...datetimePatterns.map((pattern) => when(pattern, (moment) => `${moment}::VARCHAR`)),
  ];
  return `(CASE ${cases.join(' ')} ELSE ${text} END)`;
}

/** Times as people write them: hours of one digit, and halves of the day. */
function isoTime(text: string): string {
  const bare = `upper(replace(${text}, '.', ''))`;
  const halves = ['%I:%M %p', '%I:%M%p', '%I:%M:%S %p', '%I:%M:%S%p'].map((each) => `try_strptime(${bare}, '${each}')`);
  return `(CASE WHEN regexp_matches(${text}, '[AaPp]\\.?[Mm]\\.?$') THEN coalesce(coalesce(${halves.join(', ')})::TIME::VARCHAR, ${text})
    WHEN regexp_full_match(${text}, '[0-9]:[0-9]{2}.*') THEN '0' || ${text} ELSE ${text} END)`;
}

/** Times without an offset, which are of a zone, by UTC; a date alone stays one. */
function inUtc(text: string, zone: string): string {
  const local = `regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+')`;
  const moment = `timezone('UTC', timezone(${literal(zone)}, TRY_CAST(${text} AS TIMESTAMP)))`;
  return `(CASE WHEN ${local} THEN coalesce(${moment}::VARCHAR, ${text}) ELSE ${text} END)`;
}
