import type { FieldReading } from '@sluice/contracts/catalogue/reading';
import type { FieldType } from '@sluice/contracts/fields';
import { escapes } from '@sluice/records/record-buffer';
import type { Engine, QueryLimits } from '../engine/engine';
import { literal } from '../engine/sql';
import type { StagedFile } from '../sources/staged-file';
import { MAX_STAGED_BYTES } from '../sources/staging-buffer';
import { markedKind, trait, traits } from './cell-traits';
import { guessKinds } from './likely-kinds';
import { jsonKind, jsonTextKind, kind, NUMBERS, plainKind } from './text-kinds';

/** Bounds what DuckDB reads at once, in two staged rows: its own default of 16 times the line is too much for our memory. */
const MAX_LINE_BYTES = 2 * MAX_STAGED_BYTES;
const READ_BYTES = 4 * MAX_LINE_BYTES;

/** Columns that are examined in one query: each takes vectors of its own in DuckDB's memory. */
export const BATCH_COLUMNS = 40;
/** The same of columns whose cells take many tests each. */
export const BATCH_SPOILT_COLUMNS = 10;
/** The same for columns with one or two tests: each query splits all the rows once more. */
const CHEAP_BATCH_COLUMNS = 100;
/** Kinds that show in a cell as it was staged. */
const PLAIN = kind.integer | kind.fraction | kind.boolean;

/** The cells of one column: their kinds and number, and the SQL of a cell as staged and as text. */
export interface Cells {
  mask: number;
  present: number;
  /** None is longer than the digits of which a double keeps every one, or has an exponent. */
  short: boolean;
  /** Some cells begin with a minus and a zero. */
  minus: boolean;
  /** One of the first cells is a text for certain. */
  isText: boolean;
  raw: string;
  text: string;
}

/** The staged rows with columns `line`, `offset` and, for each column of the source, `c…`. */
export function stagedRelation(staged: StagedFile): string {
  const schema = ['line', 'offset', ...staged.labels.map((_, index) => `c${index}`)];
  const columns = schema.map((name, index) => `'${name}': '${index < 2 ? 'BIGINT' : 'VARCHAR'}'`).join(', ');
  return `read_csv(${literal(staged.path)},
    auto_detect = false, header = false, delim = chr(31), quote = '', escape = '', nullstr = '', null_padding = true,
    max_line_size = ${MAX_LINE_BYTES}, buffer_size = ${READ_BYTES}, columns = {${columns}})`;
}

const ESCAPE = 'chr(30)';

function fromEscapes(cell: string): string {
  const marks = [
    [escapes.separator, 'chr(31)'],
    [escapes.lineFeed, 'chr(10)'],
    [escapes.carriageReturn, 'chr(13)'],
    [escapes.empty, "''"],
    [escapes.escape, 'chr(30)'],
  ];
  const plain = marks.reduce(
    (sql, [digit, character]) => `replace(${sql}, ${ESCAPE} || '${digit}', ${character})`,
    cell,
  );
  return `(CASE WHEN contains(${cell}, ${ESCAPE}) THEN ${plain} ELSE ${cell} END)`;
}

function fromJson(cell: string): string {
  return `(CASE WHEN NOT starts_with(${cell}, '"') THEN ${cell}
    WHEN contains(${cell}, '\\') THEN json_extract_string(${cell}, '$') ELSE substring(${cell}, 2, length(${cell}) - 2) END)`;
}

const ALL_KINDS = kind.nested * 2 - 1;
/** The kinds that a string of a JSON source can have; all else stands there without quotes. */
const STRINGS = kind.text | kind.date | kind.datetime | kind.time;

/** Finds all kinds of text that occur in each column, and how many cells hold any; `given` is what was said of each. */
export async function examineCells(
  engine: Engine,
  relation: string,
  staged: StagedFile,
  given: readonly FieldReading[],
  requested: readonly (FieldType | undefined)[],
  limits: QueryLimits,
): Promise<Cells[]> {
  const json = staged.dialect === null;
  const decode = json ? fromJson : fromEscapes;
  const likely = await guessKinds(staged.path, given, json);
  const isText = (column: number) => likely[column]?.hasText === true && !requested[column];
  const found: Cells[] = [];
  const examine = async (columns: readonly number[], batch: number, kindOf: (column: number) => string) => {
    for (let first = 0; first < columns.length; first += batch) {
      const some = columns.slice(first, first + batch);
      const tests = some.map((column) => `bit_or(${kindOf(column)}), count(c${column})`);
      const texts = some.map((column) => `${decode(`c${column}`)} AS t${column}, c${column}`);
      const sql = `SELECT ${tests.join(', ')} FROM (SELECT ${texts.join(', ')} FROM ${relation})`;
      const [row = []] = await engine.query(sql, [], limits);
      some.forEach((column, index) => {
        const marks = Number(row[index * 2] ?? 0);
        const has = (bit: number) => (marks & bit) !== 0;
        if (has(trait.unexpected)) return;
        const mask = marks & ALL_KINDS;
        const raw = `c${column}`;
        const text = has(trait.escaped) || (json && (mask & STRINGS) !== 0) ? decode(raw) : raw;
        const present = Number(row[index * 2 + 1] ?? 0);
        const of = { mask, present, short: !has(trait.long), minus: has(trait.minus), raw, text };
        found[column] = { ...of, isText: likely[column]?.hasText ?? false };
      });
    }
  };
  const all = staged.labels.map((_, column) => column);
  const maskOf = (column: number) => likely[column]?.mask ?? 0;
  const mark = json ? `'\\'` : ESCAPE;
  // One text makes a column one of texts, whatever its other cells are.
  const textKind = (column: number) =>
    `(${json ? jsonTextKind(`c${column}`) : kind.text} | ${traits(`c${column}`, kind.text, mark)})::USMALLINT`;
  if (all.length > BATCH_COLUMNS) {
    const cheap = all.filter((column) => isText(column) || (maskOf(column) & PLAIN) !== 0);
    await examine(cheap, CHEAP_BATCH_COLUMNS, (column) =>
      isText(column) ? textKind(column) : markedKind(`c${column}`, maskOf(column), `${trait.unexpected}`),
    );
  }
  const rest = all.filter((column) => !found[column]);
  await examine(rest, BATCH_COLUMNS, (column) => {
    if (isText(column)) return textKind(column);
    const [raw, text, mask] = [`c${column}`, `t${column}`, maskOf(column)];
    const found = json ? jsonKind(raw, text, mask & ~PLAIN) : plainKind(text, mask & ~PLAIN);
    return markedKind(raw, mask, `${found} | ${traits(raw, mask, mark)}`);
  });
  return found;
}

/** Finds the same of cells that are plain texts by SQL of their own. */
export async function examineTexts(
  engine: Engine,
  relation: string,
  texts: readonly string[],
  limits: QueryLimits,
): Promise<Cells[]> {
  const found: Cells[] = [];
  for (let first = 0; first < texts.length; first += BATCH_SPOILT_COLUMNS) {
    const batch = texts.slice(first, first + BATCH_SPOILT_COLUMNS);
    const columns = batch.map((text, index) => `${text} AS t${index}`);
    const kinds = batch.map((_, index) => {
      const text = `t${index}`;
      const other = `${plainKind(text)} | ${traits(text, NUMBERS, ESCAPE)}`;
      return `bit_or(${markedKind(text, NUMBERS, other)}), count(${text})`;
    });
    const [row = []] = await engine.query(
      `SELECT ${kinds.join(', ')} FROM (SELECT ${columns.join(', ')} FROM ${relation})`,
      [],
      limits,
    );
    batch.forEach((text, index) => {
      const marks = Number(row[index * 2] ?? 0);
      found.push({
        mask: marks & ALL_KINDS,
        present: Number(row[index * 2 + 1] ?? 0),
        short: (marks & trait.long) === 0,
        minus: (marks & trait.minus) !== 0,
        isText: false,
        raw: text,
        text,
      });
    });
  }
  return found;
}

/** Counts the cells that are not null by SQL of their own. */
export async function countTexts(
  engine: Engine,
  relation: string,
  texts: readonly string[],
  limits: QueryLimits,
): Promise<number[]> {
  const counts: number[] = [];
  for (let first = 0; first < texts.length; first += CHEAP_BATCH_COLUMNS) {
    const batch = texts.slice(first, first + CHEAP_BATCH_COLUMNS).map((text) => `count(${text})`);
    const [row = []] = await engine.query(`SELECT ${batch.join(', ')} FROM ${relation}`, [], limits);
    counts.push(...row.map((count) => Number(count)));
  }
  return counts;
}
