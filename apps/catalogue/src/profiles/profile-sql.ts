import { MAX_BUCKETS, MAX_PROFILE_TEXT, MAX_TOP_VALUES } from '@sluice/contracts/catalogue/profiles';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { utcText } from '../engine/json-text';
import { quoted } from '../engine/sql';
import type { VersionTable } from '../tables/version-table';
import { distinctValues } from '../typing/field-statistics';

/** The SQL of a field's totals: values that are not null, those that differ, the smallest and the largest. */
export function totalsSql(table: VersionTable, { name, type }: Field, isExact: boolean): string {
  if (type === 'json') return `SELECT count(${quoted(name)}), NULL, NULL, NULL FROM ${table.sql}`;
  const ends = `${spelled(type, 'min(v)')}, ${spelled(type, 'max(v)')}`;
  return `SELECT count(v), ${distinctValues(type, 'v', isExact)}, ${ends} FROM ${valuesOf(table, name, type)}`;
}

/** The SQL of the most frequent values: each, whether it was cut, and how often it comes. */
export function topSql(table: VersionTable, { name, type }: Field): string {
  const isCut = type === 'text' ? `length(v) > ${MAX_PROFILE_TEXT}` : 'false';
  return `SELECT ${spelled(type, 'v')}, ${isCut}, n
    FROM (SELECT v, count(*) AS n FROM ${valuesOf(table, name, type)} WHERE v IS NOT NULL GROUP BY v)
    ORDER BY n DESC, v LIMIT ${MAX_TOP_VALUES}`;
}

/**
 * The SQL of a histogram: of each bar that is not empty its place from 0, its rows, the smallest and the largest value in
 * them; and how many bars there are. Whole numbers, days and microseconds have no more bars than values.
 */
export function histogramSql(table: VersionTable, { name, type }: Field): string {
  const { bars, place } = type === 'number' || type === 'decimal' ? partsOfRange(type) : partsOfSteps(type);
  return `WITH ends AS (SELECT min(v) AS lo, max(v) AS hi FROM ${valuesOf(table, name, type)})
    SELECT place, count(*), ${spelled(type, 'min(v)')}, ${spelled(type, 'max(v)')}, any_value(bars)
    FROM (
      SELECT v, ${bars} AS bars, (${place})::INTEGER AS place
      FROM ${valuesOf(table, name, type)}, ends WHERE v IS NOT NULL
    ) GROUP BY place ORDER BY place`;
}

/** What has a next value is counted in whole steps, which are exact up to the last one. */
function partsOfSteps(type: FieldType) {
  const steps = (sql: string) => `${wholeNumber(type, sql)}::HUGEINT`;
  const all = `(${steps('hi')} - ${steps('lo')} + 1)`;
  const bars = `least(${MAX_BUCKETS}, ${all})`;
  return { bars, place: `((${steps('v')} - ${steps('lo')}) * ${bars}) // ${all}` };
}

function wholeNumber(type: FieldType, sql: string): string {
  if (type === 'date') return `(${sql} - DATE '1970-01-01')`;
  return type === 'integer' ? sql : `epoch_us(${sql})`;
}

/** Half of each distance: that between the ends may be more than a double can be, or a decimal. */
function partsOfRange(type: 'number' | 'decimal') {
  const doubles = (sql: string) => `(${sql}::DOUBLE / 2 - lo::DOUBLE / 2)`;
  const digits = (sql: string) => `((${sql} - lo)::DOUBLE / 2)`;
  const away = (sql: string) =>
    type === 'number' ? doubles(sql) : `CASE WHEN TRY(hi - lo) IS NULL THEN ${doubles(sql)} ELSE ${digits(sql)} END`;
  return {
    bars: `CASE WHEN lo = hi THEN 1 ELSE ${MAX_BUCKETS} END`,
    place: `CASE WHEN lo = hi THEN 0 ELSE least(${MAX_BUCKETS - 1}, floor(${away('v')} / (${away('hi')}) * ${MAX_BUCKETS})) END`,
  };
}

/** The values as rows show them: a datetime that is infinite is none. */
function valuesOf({ sql }: VersionTable, name: string, type: FieldType): string {
  const value = quoted(name);
  return `(SELECT ${type === 'datetime' ? `CASE WHEN isfinite(${value}) THEN ${value} END` : value} AS v FROM ${sql})`;
}

/** A value as rows spell it, without quotes. */
function spelled(type: FieldType, sql: string): string {
  if (type === 'text') return `left(${sql}, ${MAX_PROFILE_TEXT})`;
  return type === 'datetime' ? utcText(sql) : `${sql}::VARCHAR`;
}
