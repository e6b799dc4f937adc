import type { FieldType } from '@sluice/contracts/fields';
import { escapes } from '@sluice/records/record-buffer';
import type { Engine, QueryLimits } from '../engine/engine';
import { literal } from '../engine/sql';
import type { StagedFile } from '../sources/staged-file';
import { MAX_STAGED_BYTES } from '../sources/staging-buffer';
import { EXACT_DOUBLE_DIGITS } from './column-plan';
import { guessKinds } from './likely-kinds';
import { expectedKind, jsonKind, jsonTextKind, kind, NUMBERS, plainKind, UNEXPECTED } from './text-kinds';

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

function fromEscapes(cell: string): string {
  const marks = [
    [escapes.separator, 'chr(31)'],
    [escapes.lineFeed, 'chr(10)'],
    [escapes.carriageReturn, 'chr(13)'],
    [escapes.empty, "''"],
    [escapes.escape, 'chr(30)'],
  ];
  const plain = marks.reduce((sql, [digit, character]) => `replace(${sql}, chr(30) || '${digit}', ${character})`, cell);
  return `(CASE WHEN contains(${cell}, chr(30)) THEN ${plain} ELSE ${cell} END)`;
}

function fromJson(cell: string): string {
  return `(CASE WHEN NOT starts_with(${cell}, '"') THEN ${cell}
    WHEN contains(${cell}, '\\') THEN json_extract_string(${cell}, '$') ELSE substring(${cell}, 2, length(${cell}) - 2) END)`;
}

/** The kinds that a string of a JSON source can have; all else stands there without quotes. */
const STRINGS = kind.text | kind.date | kind.datetime | kind.time;

/** Finds all kinds of text that occur in each column, and how many cells hold any. */
export async function examineCells(
  engine: Engine,
  relation: string,
  staged: StagedFile,
  requested: readonly (FieldType | undefined)[],
  limits: QueryLimits,
): Promise<Cells[]> {
  const json = staged.dialect === null;
  const decode = json ? fromJson : fromEscapes;
  const likely = await guessKinds(staged.path, staged.labels.length, json);
  const isText = (column: number) => likely[column]?.hasText === true && !requested[column];
  const found: Cells[] = [];
  const examine = async (columns: readonly number[], batch: number, kindOf: (column: number) => string) => {
    for (let first = 0; first < columns.length; first += batch) {
      const some = columns.slice(first, first + batch);
      const tests = some.map((column) => {
        const test = `bit_or(${kindOf(column)}), bool_or(contains(c${column}, ?)), count(c${column})`;
        const mask = likely[column]?.mask ?? 0;
        return `${test}, ${shortness(`c${column}`, mask)}, ${minus(`c${column}`, mask)}`;
      });
      const texts = some.map((column) => `${decode(`c${column}`)} AS t${column}, c${column}`);
      const sql = `SELECT ${tests.join(', ')} FROM (SELECT ${texts.join(', ')} FROM ${relation})`;
      const [row = []] = await engine.query(sql, Array<string>(some.length).fill(json ? '\\' : '\x1e'), limits);
      some.forEach((column, index) => {
        const [kinds, escaped, present, short, minus] = row.slice(index * 5, index * 5 + 5);
        const mask = Number(kinds ?? 0);
        if ((mask & UNEXPECTED) !== 0) return;
        const raw = `c${column}`;
        const text = escaped || (json && (mask & STRINGS) !== 0) ? decode(raw) : raw;
        const of = { mask, present: Number(present ?? 0), short: short === true, minus: minus === true, raw, text };
        found[column] = { ...of, isText: likely[column]?.hasText ?? false };
      });
    }
  };
  const all = staged.labels.map((_, column) => column);
  const plainMask = (column: number) => (likely[column]?.mask ?? 0) & PLAIN;
  // One text makes a column one of texts, whatever its other cells are.
  const textKind = (column: number) => (json ? jsonTextKind(`c${column}`) : `${kind.text}`);
  if (all.length > BATCH_COLUMNS) {
    const cheap = all.filter((column) => isText(column) || plainMask(column) !== 0);
    await examine(cheap, CHEAP_BATCH_COLUMNS, (column) =>
      isText(column) ? textKind(column) : expectedKind(`c${column}`, plainMask(column)),
    );
  }
  const rest = all.filter((column) => !found[column]);
  await examine(rest, BATCH_COLUMNS, (column) => {
    if (isText(column)) return textKind(column);
    const mask = likely[column]?.mask ?? 0;
    return json ? jsonKind(`c${column}`, `t${column}`, mask) : plainKind(`t${column}`, mask);
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
      return `bit_or(${plainKind(`t${index}`, NUMBERS)}), count(t${index}), ${shortness(`t${index}`, NUMBERS)}, ${minus(`t${index}`, NUMBERS)}`;
    });
    const [row = []] = await engine.query(
      `SELECT ${kinds.join(', ')} FROM (SELECT ${columns.join(', ')} FROM ${relation})`,
      [],
      limits,
    );
    batch.forEach((text, index) => {
      const [mask, present, short, minus] = row.slice(index * 4, index * 4 + 4);
      found.push({
        mask: Number(mask ?? 0),
        present: Number(present ?? 0),
        short: short === true,
        minus: minus === true,
        isText: false,
        raw: text,
        text,
      });
    });
  }
  return found;
}

/** Whether all digits of all numbers count in a double, and they are within the range of one. */
function shortness(text: string, mask: number): string {
  if ((mask & NUMBERS) === 0) return 'false';
  return `bool_and(strlen(${text}) <= ${EXACT_DOUBLE_DIGITS} AND NOT contains(${text}, 'e') AND NOT contains(${text}, 'E'))`;
}

function minus(text: string, mask: number): string {
  // Without a number among the first cells nothing is known of the others.
  return mask !== 0 && (mask & NUMBERS) === 0 ? 'false' : `bool_or(starts_with(${text}, '-0'))`;
}
