import { rm, stat } from 'node:fs/promises';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import type { Engine, QueryLimits } from '../engine/engine';
import { hasMinusZeros } from '../engine/minus-zeros';
import { MAX_ROW_JSON_BYTES, rowJson, rowJsonBound } from '../engine/row-json';
import { literal, quoted } from '../engine/sql';
import type { ReceivedFile } from '../receiving/received-file';
import { stageSheet } from '../sheets/stage-sheet';
import { locateCells, type Place, type RecordPlace } from '../sources/cell-place';
import { FileRefused, MAX_FAULTS } from '../sources/file-refused';
import type { StagedFile } from '../sources/staged-file';
import type { ColumnPlan, SourcePlan } from './column-plan';
import { measureFields } from './field-statistics';
import { countParquetRows, planParquetSource, withParquetErrors } from './parquet-source';
import { planTextSource } from './text-source';
import { expectRows, type VersionLimits } from './version-limits';

/** A received file, the types that are asked for, and where the version's file goes. */
export interface Conversion {
  /** A text file taken apart; null for what is read from its source. */
  staged: StagedFile | null;
  source: string;
  kind: ReceivedFile['kind'];
  /** The types and forms of cells that were asked for. */
  types: ImportOptions['types'];
  reading: ImportOptions['reading'];
  target: string;
  limits: VersionLimits;
}

export interface ImportProgress {
  onRows(rows: number): void;
  signal?: AbortSignal;
}

/** A version in the making: one Parquet file with the rows in the order of the source. */
export interface ImportedFile {
  path: string;
  byteSize: number;
  rowCount: number;
  fields: Field[];
  warnings: ImportWarning[];
}

type Asked = Pick<ImportOptions, 'types' | 'reading'>;

/** Turns a received file into a version's Parquet file; throws FileRefused with every place that must be mended. */
export async function convertFile(
  engine: Engine,
  { staged, source, kind, types, reading, target, limits }: Conversion,
  progress: ImportProgress,
): Promise<ImportedFile> {
  const { signal } = progress;
  if (kind === 'parquet') return await fromParquet(engine, source, { types, reading }, target, limits, progress);
  if (kind === 'xlsx' || kind === 'ods') {
    const sheet = await stageSheet(source, `${target}.staged`, kind, reading, limits, progress);
    expectRows(sheet.rows, limits.maxRows);
    const imported = await fromText(engine, sheet, { types, reading }, target, { signal });
    await rm(sheet.path);
    return { ...imported, warnings: [...sheet.warnings, ...imported.warnings] };
  }
  if (!staged) throw new Error('a text was to be converted that was not taken apart');
  expectRows(staged.rows, limits.maxRows);
  return await fromText(engine, staged, { types, reading }, target, { signal });
}

async function fromText(engine: Engine, staged: StagedFile, asked: Asked, path: string, limits: QueryLimits) {
  const plan = await planTextSource(engine, staged, asked, limits);
  await refuseMisfits(engine, plan, staged, limits);
  return await store(engine, plan, staged, path, limits);
}

async function fromParquet(
  engine: Engine,
  source: string,
  asked: Asked,
  path: string,
  size: VersionLimits,
  progress: ImportProgress,
) {
  const limits: QueryLimits = { signal: progress.signal };
  return await withParquetErrors(async () => {
    progress.onRows(await countParquetRows(engine, source, size, limits));
    const plan = await planParquetSource(engine, source, asked, limits);
    await refuseMisfits(engine, plan, null, limits);
    return await store(engine, plan, null, path, limits);
  }, progress.signal);
}

async function store(
  engine: Engine,
  plan: SourcePlan,
  staged: StagedFile | null,
  path: string,
  limits: QueryLimits,
): Promise<ImportedFile> {
  const { notFinite, warnings } = await changes(engine, plan, limits);
  const values = plan.columns.map(({ value, name }) => `${value} AS ${quoted(name)}`);
  const groupRows = await rowGroupRows(plan, staged);
  const zeros = plan.columns.filter(({ mayBeMinusZero }) => mayBeMinusZero).map(({ value }) => value);
  const keepsZeros = await hasMinusZeros(engine, plan.relation, zeros, limits);
  await engine.query(
    `COPY (SELECT ${values.join(', ')} FROM ${plan.relation}) TO ${literal(path)}
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${groupRows},
      STRING_DICTIONARY_PAGE_SIZE_LIMIT ${dictionaryBytes(plan)}${keepsZeros ? ', DICTIONARY_SIZE_LIMIT 1' : ''})`,
    [],
    limits,
  );
  const stored = `read_parquet(${literal(path)})`;
  const statistics = await measureFields(engine, stored, plan.columns, limits);
  const { fields, rowCount, present, rowBytesBound } = statistics;
  plan.columns.forEach((column, index) => {
    const expected = column.present === undefined ? present[index] : column.present - (notFinite[index] ?? 0);
    if (present[index] !== expected)
      throw new Error(`values of a ${column.type} column were lost on the way to storage`);
  });
  if (staged && rowCount !== staged.rows) throw new Error('rows were lost on the way to storage');
  if (rowBytesBound > MAX_ROW_JSON_BYTES) await refuseLargeRows(engine, path, fields, plan, staged, limits);
  const { size } = await stat(path);
  return { path, byteSize: size, rowCount, fields, warnings };
}

const DICTIONARIES_BYTES = 64 * 1024 * 1024;

/** A dictionary takes its whole size from its first value on: those of many columns have to be smaller. */
function dictionaryBytes({ columns }: SourcePlan): number {
  return Math.min(1024 * 1024, Math.max(16 * 1024, Math.floor(DICTIONARIES_BYTES / columns.length)));
}

const MAX_GROUP_ROWS = 122_880;
const GROUP_BYTES = 16 * 1024 * 1024;

/** Groups of rows are built, and later read, in memory: wide or long rows come in smaller ones. */
async function rowGroupRows(plan: SourcePlan, staged: StagedFile | null): Promise<number> {
  const average = staged && staged.rows > 0 ? (await stat(staged.path)).size / staged.rows : 0;
  const rows = GROUP_BYTES / Math.max(average, plan.columns.length * 8);
  return Math.min(MAX_GROUP_ROWS, Math.max(1, Math.floor(rows)));
}

/** What becomes null: because JSON has no word for it, or because it is no day that the API has. */
const LOSSES = [
  { of: 'notFinite', code: 'not_finite', detail: 'NaN or infinite values became null.' },
  { of: 'outOfRange', code: 'out_of_range', detail: 'dates outside of the years 1 to 9999 became null.' },
] as const;

/** Counts, by column, what becomes null, and tells all that is not stored as it came. */
async function changes(engine: Engine, plan: SourcePlan, limits: QueryLimits) {
  const tests = LOSSES.flatMap(({ of }) => plan.columns.map((column) => column[of]));
  const counts = tests.map((test) => (test ? `count(*) FILTER (WHERE ${test})` : '0'));
  const needed = tests.some((test) => test);
  const [row] = needed ? await engine.query(`SELECT ${counts.join(', ')} FROM ${plan.relation}`, [], limits) : [];
  const lost = counts.map((_, index) => Number(row?.[index] ?? 0));
  const warnings = plan.columns.flatMap(({ name: field, warnings }, index): ImportWarning[] => {
    const told = warnings.map((warning) => ({ ...warning, field }));
    const losses = LOSSES.flatMap(({ code, detail }, kind): ImportWarning[] => {
      const count = lost[kind * plan.columns.length + index] ?? 0;
      return count > 0 ? [{ code, detail: `${count} ${detail}`, field, count }] : [];
    });
    return [...told, ...losses];
  });
  return { notFinite: lost.slice(0, plan.columns.length), warnings };
}

/** Refuses the file when values do not fit the types that were asked for, and tells where. */
async function refuseMisfits(engine: Engine, plan: SourcePlan, staged: StagedFile | null, limits: QueryLimits) {
  const checked = plan.columns.filter(({ misfit }) => misfit !== null);
  if (checked.length === 0) return;
  const tests = checked.map(({ misfit }) => `bool_or(${misfit})`);
  const [row = []] = await engine.query(`SELECT ${tests.join(', ')} FROM ${plan.relation}`, [], limits);
  const faults: Fault[] = [];
  for (const column of checked.filter((_, index) => row[index] === true)) {
    const detail = `The value is not ${articled(column)}, which was asked for field ${column.name}.`;
    const places = await misfitPlaces(engine, plan, column, staged, limits);
    for (const place of places) faults.push({ in: 'file', ...place, name: column.name, code: 'type_mismatch', detail });
  }
  if (faults.length === 0) return;
  faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  throw new FileRefused('Values do not fit the types that were asked for.', faults.slice(0, MAX_FAULTS));
}

async function misfitPlaces(
  engine: Engine,
  plan: SourcePlan,
  column: ColumnPlan,
  staged: StagedFile | null,
  limits: QueryLimits,
): Promise<Place[]> {
  // Parquet has no lines; its rows do not even have an order that a reader could see.
  if (!staged) return [{}];
  const sql = `SELECT line, "offset" FROM ${plan.relation} WHERE ${column.misfit} ORDER BY "offset" LIMIT ${MAX_FAULTS}`;
  const rows = await engine.query(sql, [], limits);
  return locateCells(staged, plan.columns.indexOf(column), rows.map(recordPlace));
}

async function refuseLargeRows(
  engine: Engine,
  path: string,
  fields: Field[],
  plan: SourcePlan,
  staged: StagedFile | null,
  limits: QueryLimits,
): Promise<void> {
  const large = await engine.query(
    `SELECT file_row_number FROM read_parquet(${literal(path)}, file_row_number = true)
     WHERE ${rowJsonBound(fields)} > ${MAX_ROW_JSON_BYTES} AND strlen(${rowJson(fields)}) > ${MAX_ROW_JSON_BYTES}
     ORDER BY file_row_number LIMIT ${MAX_FAULTS}`,
    [],
    limits,
  );
  if (large.length === 0) return;
  const faults: Fault[] = [];
  for (const [number] of large) {
    const sql = `SELECT line, "offset" FROM ${plan.relation} LIMIT 1 OFFSET ${Number(number)}`;
    const [record] = staged ? await engine.query(sql, [], limits) : [];
    const detail = `Row ${Number(number) + 1} is larger than ${MAX_ROW_JSON_BYTES} bytes as JSON.`;
    faults.push({ in: 'file', line: record && recordPlace(record).line, code: 'row_too_large', detail });
  }
  throw new FileRefused('Rows are too large.', faults);
}

function recordPlace([line, offset]: unknown[]): RecordPlace {
  return { line: Number(line), offset: Number(offset) };
}

function articled({ type, scale }: ColumnPlan): string {
  if (type === 'decimal') return `a decimal with ${scale ?? 0} places`;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
