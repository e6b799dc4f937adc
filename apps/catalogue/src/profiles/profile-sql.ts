import { MAX_BUCKETS, MAX_PROFILE_TEXT, MAX_TOP_VALUES } from '@sluice/contracts/catalogue/profiles';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { sqlType, utcText } from '../engine/json-text';
import { literal, quoted } from '../engine/sql';
import type { VersionTable } from '../tables/version-table';
import { distinctValues } from '../typing/field-statistics';

/** The ends of a field's values as they are spelled; `first` and `last` count the steps of a type that has a next value. */
export interface Ends {
  min: string;
  max: string;
  first: bigint | null;
  last: bigint | null;
}

/** The SQL of a field's totals: values that are not null, those that differ, the smallest and the largest, and both as steps. */
export function totalsSql(table: VersionTable, { name, type }: Field, isExact: boolean): string {
  if (type === 'json') return `SELECT count(${quoted(name)}), NULL, NULL, NULL, NULL, NULL FROM ${table.sql}`;
  const ends = ['min(v)', 'max(v)'];
  const told = [...ends.map((sql) => spelled(type, sql)), ...ends.map((sql) => stepsOf(type, sql) ?? 'NULL')];
  return `SELECT count(v), ${distinctValues(type, 'v', isExact)}, ${told.join(', ')} FROM ${valuesOf(table, name, type)}`;
}

/** The SQL of the most frequent values: each, whether it was cut, and how often it comes. */
export function topSql(table: VersionTable, { name, type }: Field): string {
  const isCut = type === 'text' ? `length(v) > ${MAX_PROFILE_TEXT}` : 'false';
  return `SELECT ${spelled(type, 'v')}, ${isCut}, n
    FROM (SELECT v, count(*) AS n FROM ${valuesOf(table, name, type)} WHERE v IS NOT NULL GROUP BY v)
    ORDER BY n DESC, v LIMIT ${MAX_TOP_VALUES}`;
}

/** Counts the bars between two ends: where there is a next value, no more than there can be values. */
export function barsBetween({ min, max, first, last }: Ends): number {
  if (first === null || last === null) return min === max ? 1 : MAX_BUCKETS;
  const all = last - first + 1n;
  return all < MAX_BUCKETS ? Number(all) : MAX_BUCKETS;
}

/** The SQL of a histogram: of each bar that is not empty its place from 0, its rows, the smallest and the largest value in them. */
export function histogramSql(table: VersionTable, { name, type, scale }: Field, ends: Ends): string {
  const place = placeBySteps(type, ends) ?? placeInRange(type === 'decimal' ? sqlType(type, scale) : 'DOUBLE', ends);
  return `SELECT place, count(*), ${spelled(type, 'min(v)')}, ${spelled(type, 'max(v)')}
    FROM (SELECT v, (${place})::INTEGER AS place FROM ${valuesOf(table, name, type)} WHERE v IS NOT NULL)
    GROUP BY place ORDER BY place`;
}

/** Whole steps are exact up to the last one; 128 bits cost ten times the time, and are taken where 64 do not do. */
function placeBySteps(type: FieldType, ends: Ends): string | null {
  const { first, last } = ends;
  const steps = stepsOf(type, 'v');
  if (first === null || last === null || steps === null) return null;
  const [all, bars] = [last - first + 1n, barsBetween(ends)];
  const whole = all * BigInt(bars) <= MAX_BIGINT ? 'BIGINT' : 'HUGEINT';
  return `((${steps}::${whole} - '${first}'::${whole}) * ${bars}) // '${all}'::${whole}`;
}

const MAX_BIGINT = 2n ** 63n - 1n;

/** Counts a value of a type that has a next one: whole numbers, days, microseconds. */
function stepsOf(type: FieldType, sql: string): string | null {
  if (type === 'integer') return sql;
  if (type === 'date') return `(${sql} - DATE '1970-01-01')`;
  return type === 'datetime' || type === 'time' ? `epoch_us(${sql})` : null;
}

/** Half of each distance: that between the ends may be more than a double can be, or a decimal. */
function placeInRange(sqlOfType: string, { min, max }: Ends): string {
  if (min === max) return '0';
  const [lo, hi] = [min, max].map((text) => `${literal(text)}::${sqlOfType}`);
  const doubles = (sql: string) => `(${sql}::DOUBLE / 2 - (${lo})::DOUBLE / 2)`;
  const digits = (sql: string) => `((${sql} - ${lo})::DOUBLE / 2)`;
  const away = (sql: string) =>
    sqlOfType === 'DOUBLE'
      ? doubles(sql)
      : `CASE WHEN TRY(${hi} - ${lo}) IS NULL THEN ${doubles(sql)} ELSE ${digits(sql)} END`;
  return `least(${MAX_BUCKETS - 1}, floor(${away('v')} / (${away(`(${hi})`)}) * ${MAX_BUCKETS}))`;
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
