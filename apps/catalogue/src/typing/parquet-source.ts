import { DuckDBDecimalType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { FieldType } from '@sluice/contracts/fields';
import { type Engine, type QueryLimits } from '../engine/engine';
import { InstanceLost, MemoryFull, StorageFull } from '../engine/engine-errors';
import { literal, quoted } from '../engine/sql';
import { FileRefused, refuseFile } from '../sources/file-refused';
import { SelectedColumns } from '../sources/selected-columns';
import { type ColumnPlan, MAX_DECIMAL_DIGITS, requestedTypes, type SourcePlan } from './column-plan';
import { nameFields } from './field-names';
import { cutTime, isJsonType, isNested, nestedJson } from './nested-json';
import { measureNumbers } from './number-shape';
import { readParquetSchema, refuseUnknownPacking } from './parquet-schema';
import { convert, misfit } from './text-conversion';
import { expectRows, type VersionLimits } from './version-limits';

const NANOSECONDS = { code: 'fraction_cut', detail: 'Nanoseconds were cut to microseconds.' };

/** Days that ISO 8601 writes with four digits, as the API does. */
const FIRST_DAY = "DATE '0001-01-01'";
const DAY_AFTER = "DATE '10000-01-01'";

type Asked = Pick<ImportOptions, 'types' | 'reading'>;
type Storage = Pick<
  ColumnPlan,
  'type' | 'scale' | 'value' | 'notFinite' | 'outOfRange' | 'warnings' | 'mayBeMinusZero'
>;

/** Parquet names its types itself: they are kept, and what the API has no type for becomes text or JSON. */
export async function planParquetSource(
  engine: Engine,
  path: string,
  { types, reading }: Asked,
  limits: QueryLimits,
): Promise<SourcePlan> {
  const relation = `read_parquet(${literal(path)})`;
  const all = await engine.describe(`SELECT * FROM ${relation}`, limits);
  if (all.length === 0) refuseFile('no_columns', 'The file has no columns.');
  const selected = new SelectedColumns(reading.select);
  if (all.length > selected.most) {
    const detail = `The file has ${all.length} columns; at most ${selected.most} are possible. ${selected.hint}`;
    refuseFile('too_many_columns', detail.trim());
  }
  const whole = await readParquetSchema(engine, path, limits);
  if (whole.length !== all.length) throw new Error('DuckDB sees other columns than the schema has');
  const schema = whole.filter(({ label }) => selected.has(label));
  const columns = all.filter((_, index) => schema.some((each) => each === whole[index]));
  selected.refuseMissing();
  const labels = schema.map(({ label }) => label);
  const names = nameFields(labels);
  const requested = requestedTypes(types, names, labels);
  const plans = columns.map(async ({ name, type }, index): Promise<ColumnPlan> => {
    const stored = await storageOf(engine, relation, type, quoted(name), limits);
    const own = schema[index]?.hasNanoseconds ? { ...stored, warnings: [...stored.warnings, NANOSECONDS] } : stored;
    const asked = requested[index];
    const base = { name: names[index] ?? '', label: labels[index] ?? '' };
    if (!asked || asked === own.type) return { ...base, ...own, misfit: null };
    return { ...base, ...(await converted(engine, relation, own, asked, limits)) };
  });
  return { relation, columns: await Promise.all(plans) };
}

/**
 * Counts the rows that the file says it has, before any is read: a few kilobytes can stand for hundreds of millions.
 * Refuses what is larger than a version may be.
 */
export async function countParquetRows(
  engine: Engine,
  path: string,
  { maxRows, maxBytes }: VersionLimits,
  limits: QueryLimits,
): Promise<number> {
  const file = literal(path);
  const [row = []] = await engine.query(
    `SELECT (SELECT sum(num_rows) FROM parquet_file_metadata(${file})),
      (SELECT sum(total_uncompressed_size) FROM parquet_metadata(${file}))`,
    [],
    limits,
  );
  const [rows, bytes] = row.map((value) => Number(value ?? 0));
  expectRows(rows ?? 0, maxRows);
  if ((bytes ?? 0) > maxBytes) {
    throw new FileRefused(`The file is larger than ${maxBytes} bytes when it is unpacked.`, [], 'payload_too_large');
  }
  await refuseUnknownPacking(engine, path, limits);
  return rows ?? 0;
}

/** DuckDB's word on a file that it cannot read names paths and internals; the publisher learns only what it means. */
export async function withParquetErrors<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isToldOtherwise = [FileRefused, StorageFull, MemoryFull, InstanceLost].some((kind) => error instanceof kind);
    if (isToldOtherwise || signal?.aborted) throw error;
    const detail = 'The Parquet file is damaged or uses a feature that is not supported.';
    throw new FileRefused(detail, [{ in: 'file', code: 'broken_parquet', detail }]);
  }
}

async function converted(
  engine: Engine,
  relation: string,
  own: Storage,
  asked: FieldType,
  limits: QueryLimits,
): Promise<Omit<ColumnPlan, 'name' | 'label'>> {
  const text = `(${own.value})::VARCHAR`;
  const [shape] = asked === 'decimal' ? await measureNumbers(engine, relation, [text], limits) : [];
  const scale = shape && Math.min(shape.scale, MAX_DECIMAL_DIGITS - Math.min(MAX_DECIMAL_DIGITS, shape.whole));
  const { value, fits } = convert(text, asked, scale);
  const { notFinite, outOfRange, warnings } = own;
  return { type: asked, scale, value, misfit: misfit(text, asked, fits), notFinite, outOfRange, warnings };
}

async function storageOf(
  engine: Engine,
  relation: string,
  type: DuckDBType,
  sql: string,
  limits: QueryLimits,
): Promise<Storage> {
  const as = (fieldType: FieldType, value: string, more: Partial<Storage> = {}): Storage => ({
    type: fieldType,
    value,
    notFinite: null,
    warnings: [],
    ...more,
  });
  if (isNested(type)) return as('json', nestedJson(type, sql));
  if (isJsonType(type)) return jsonColumn(engine, relation, sql, limits);
  if (type instanceof DuckDBDecimalType) {
    return as('decimal', `${sql}::DECIMAL(${MAX_DECIMAL_DIGITS}, ${type.scale})`, { scale: type.scale });
  }
  const day = (fieldType: FieldType, value: string) =>
    as(fieldType, `(CASE WHEN ${isCalendarDay(sql)} THEN ${value} END)`, {
      notFinite: infinite(sql),
      outOfRange: `(isfinite(${sql}) AND NOT ${isCalendarDay(sql)})`,
    });
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return as('boolean', sql);
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return as('integer', `${sql}::BIGINT`);
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return bigInteger(engine, relation, sql, limits);
    case DuckDBTypeId.FLOAT:
      // By way of its text, so that 0.1 stays 0.1 and does not become 0.10000000149011612.
      return as('number', finite(`${sql}::VARCHAR::DOUBLE`, sql), { notFinite: infinite(sql), mayBeMinusZero: true });
    case DuckDBTypeId.DOUBLE:
      return as('number', finite(sql, sql), { notFinite: infinite(sql), mayBeMinusZero: true });
    case DuckDBTypeId.DATE:
      return day('date', sql);
    case DuckDBTypeId.TIME:
      return as('time', sql);
    case DuckDBTypeId.TIME_NS:
      return as('time', cutTime(sql));
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
      return day('datetime', `${sql}::TIMESTAMP`);
    case DuckDBTypeId.TIMESTAMP_NS:
      // From 1677 to 2262, so never out of range; to compare it with the days that are would fail.
      return as('datetime', finite(`${sql}::TIMESTAMP`, sql), { notFinite: infinite(sql) });
    case DuckDBTypeId.TIMESTAMP_TZ:
      return day('datetime', `timezone('UTC', ${sql})`);
    case DuckDBTypeId.BLOB:
      return as('text', `base64(${sql})`, {
        warnings: [{ code: 'binary_as_text', detail: 'Binary values were written as Base64.' }],
      });
    default:
      return as('text', `${sql}::VARCHAR`);
  }
}

const finite = (value: string, of: string) => `(CASE WHEN isfinite(${of}) THEN ${value} END)`;
/** In UTC: a time with a zone counts where it is in the zone of the session, which is UTC. */
const isCalendarDay = (sql: string) => `(${sql} >= ${FIRST_DAY} AND ${sql} < ${DAY_AFTER})`;
const infinite = (sql: string) => `(${sql} IS NOT NULL AND NOT isfinite(${sql}))`;

/** A text column that says it is JSON: text, and told, where one of its values is none. */
async function jsonColumn(engine: Engine, relation: string, sql: string, limits: QueryLimits): Promise<Storage> {
  const text = `${sql}::VARCHAR`;
  const { value, fits } = convert(text, 'json');
  const [row] = await engine.query(`SELECT count(*) FILTER (WHERE NOT ${fits}) FROM ${relation}`, [], limits);
  const count = Number(row?.[0] ?? 0);
  if (count === 0) return { type: 'json', value, notFinite: null, warnings: [] };
  const detail = `${count} values are not JSON, as the file says they are; the field is text.`;
  return { type: 'text', value: text, notFinite: null, warnings: [{ code: 'not_json', detail, count }] };
}

/** Integers of more than 64 bits: as small a type as holds them all. */
async function bigInteger(engine: Engine, relation: string, sql: string, limits: QueryLimits): Promise<Storage> {
  const fits = (type: string) =>
    `coalesce(bool_and(TRY_CAST(${sql} AS ${type}) IS NOT NULL) FILTER (WHERE ${sql} IS NOT NULL), true)`;
  const decimal = `DECIMAL(${MAX_DECIMAL_DIGITS}, 0)`;
  const [row] = await engine.query(`SELECT ${fits('BIGINT')}, ${fits(decimal)} FROM ${relation}`, [], limits);
  if (row?.[0]) return { type: 'integer', value: `${sql}::BIGINT`, notFinite: null, warnings: [] };
  if (row?.[1]) return { type: 'decimal', scale: 0, value: `${sql}::${decimal}`, notFinite: null, warnings: [] };
  return { type: 'text', value: `${sql}::VARCHAR`, notFinite: null, warnings: [] };
}
