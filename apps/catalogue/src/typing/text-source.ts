import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { FieldType } from '@sluice/contracts/fields';
import { escapes } from '@sluice/records/record-buffer';
import type { Engine, QueryLimits } from '../engine/engine';
import { literal } from '../engine/sql';
import type { StagedFile } from '../sources/stage-file';
import { MAX_STAGED_BYTES } from '../sources/staging-buffer';
import {
  type ColumnPlan,
  EXACT_DOUBLE_DIGITS,
  MAX_DECIMAL_DIGITS,
  requestedTypes,
  type SourcePlan,
} from './column-plan';
import { nameFields } from './field-names';
import { guessKinds } from './likely-kinds';
import { measureNumbers, type NumberShape } from './number-shape';
import { convert, isNumeric, misfit } from './text-conversion';
import { isNotFinite, jsonKind, kind, plainKind } from './text-kinds';

/** Bounds what DuckDB reads at once, in two staged rows: its own default of 16 times the line is too much for our memory. */
const MAX_LINE_BYTES = 2 * MAX_STAGED_BYTES;
const READ_BYTES = 4 * MAX_LINE_BYTES;

interface InferredType {
  type: FieldType;
  scale?: number;
}

/** Columns that are examined in one query: each takes vectors of its own in DuckDB's memory. */
const BATCH_COLUMNS = 40;

/** Reads the whole staged file once or twice to find each column's type, and plans how its cells become values. */
export async function planTextSource(
  engine: Engine,
  staged: StagedFile,
  types: ImportOptions['types'],
  limits: QueryLimits,
): Promise<SourcePlan> {
  const { labels, json } = staged;
  const names = nameFields(labels);
  const requested = requestedTypes(types, names, labels);
  const relation = stagedRelation(staged);
  const cells = await examine(engine, relation, staged, requested, limits);
  const shapes = await shapesOf(engine, relation, cells, requested, limits);
  const columns = cells.map((each, index): ColumnPlan => {
    const { mask, present, raw, text } = each;
    const asked = requested[index];
    const shape = shapes.get(index);
    const { type, scale } = asked ? asAsked(asked, shape) : inferred(each, shape);
    const asWritten = json && type === 'json';
    const conversion = convert(text, type, scale);
    const mayBeInfinite = (mask & kind.notFinite) !== 0 && (isNumeric(type) || asWritten);
    const infinite = mayBeInfinite ? isNotFinite(raw) : null;
    const written = infinite ? `(CASE WHEN NOT ${infinite} THEN ${raw} END)` : raw;
    return {
      name: names[index] ?? '',
      label: labels[index] ?? '',
      type,
      scale,
      value: asWritten ? written : conversion.value,
      misfit: asked && !asWritten ? misfit(text, type, conversion.fits) : null,
      notFinite: infinite,
      present: asked ? undefined : present,
      warnings: [],
    };
  });
  return { relation, columns };
}

/** The cells of one column: their kinds and number, and the SQL of a cell as staged and as text. */
interface Cells {
  mask: number;
  present: number;
  /** None is longer than the digits of which a double keeps every one, or has an exponent. */
  short: boolean;
  raw: string;
  text: string;
}

/** The staged rows with columns `line`, `offset` and, for each column of the source, `c…`. */
function stagedRelation(staged: StagedFile): string {
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

/** All kinds of text that occur in each column, and how many cells hold any. */
async function examine(
  engine: Engine,
  relation: string,
  staged: StagedFile,
  requested: readonly (FieldType | undefined)[],
  limits: QueryLimits,
): Promise<Cells[]> {
  const [decode, mark] = staged.json ? [fromJson, '\\'] : [fromEscapes, '\x1e'];
  const likely = staged.json ? [] : await guessKinds(staged.path, staged.labels.length);
  const found: Cells[] = [];
  for (let first = 0; first < staged.labels.length; first += BATCH_COLUMNS) {
    const columns = staged.labels.slice(first, first + BATCH_COLUMNS).map((_, index) => `c${first + index}`);
    const texts = columns.map((raw, index) => `${decode(raw)} AS t${index}`);
    const kinds = columns.map((raw, index) => {
      const text = `t${index}`;
      const { mask = 0, hasText = false } = likely[first + index] ?? {};
      // One text makes a column one of texts, whatever its other cells are.
      const plain = hasText && !requested[first + index] ? `${kind.text}` : plainKind(text, mask);
      const of = staged.json ? jsonKind(raw, text) : plain;
      const short = (mask & NUMBERS) !== 0 ? `bool_and(${isShortNumber(text)})` : 'false';
      return `bit_or(${of}), bool_or(contains(${raw}, ?)), count(${raw}), ${short}`;
    });
    const sql = `SELECT ${kinds.join(', ')} FROM (SELECT ${columns.join(', ')}, ${texts.join(', ')} FROM ${relation})`;
    const [row = []] = await engine.query(sql, Array<string>(columns.length).fill(mark), limits);
    columns.forEach((raw, index) => {
      const [mask, escaped, present, short] = row.slice(index * 4, index * 4 + 4);
      const strings = staged.json && (Number(mask) & STRINGS) !== 0;
      found.push({
        mask: Number(mask ?? 0),
        present: Number(present ?? 0),
        short: short === true,
        raw,
        text: escaped || strings ? decode(raw) : raw,
      });
    });
  }
  return found;
}

/** The shapes of the columns that may hold numbers which are not plain integers. */
async function shapesOf(
  engine: Engine,
  relation: string,
  cells: Cells[],
  requested: (FieldType | undefined)[],
  limits: QueryLimits,
): Promise<Map<number, NumberShape>> {
  const measured = cells.flatMap(({ mask, short }, index) => {
    const asked = requested[index];
    const needed = asked ? asked === 'decimal' : isNumberMask(mask) && (mask & ~kind.integer) !== 0 && !short;
    return needed ? [index] : [];
  });
  const texts = measured.map((index) => cells[index]?.text ?? 'NULL');
  const shapes: NumberShape[] = [];
  for (let first = 0; first < texts.length; first += BATCH_COLUMNS) {
    shapes.push(...(await measureNumbers(engine, relation, texts.slice(first, first + BATCH_COLUMNS), limits)));
  }
  return new Map(measured.flatMap((index, place) => (shapes[place] ? [[index, shapes[place]]] : [])));
}

const NUMBERS = kind.integer | kind.bigInteger | kind.fraction;

/** Only numbers, of which at least one is finite. */
function isNumberMask(mask: number): boolean {
  return (mask & NUMBERS) !== 0 && (mask & ~(NUMBERS | kind.notFinite)) === 0;
}

/** Its digits all count in a double, and it is within the range of one. */
function isShortNumber(text: string): string {
  return `strlen(${text}) <= ${EXACT_DOUBLE_DIGITS} AND NOT contains(${text}, 'e') AND NOT contains(${text}, 'E')`;
}

function inferred({ mask, short }: Cells, shape: NumberShape | undefined): InferredType {
  if (isNumberMask(mask)) return short && (mask & kind.fraction) !== 0 ? { type: 'number' } : numberType(mask, shape);
  if (mask === kind.boolean) return { type: 'boolean' };
  if (mask === kind.date) return { type: 'date' };
  if (mask === kind.datetime || mask === (kind.datetime | kind.date)) return { type: 'datetime' };
  if (mask === kind.time) return { type: 'time' };
  return { type: (mask & kind.nested) !== 0 ? 'json' : 'text' };
}

function numberType(mask: number, shape: NumberShape | undefined): InferredType {
  if ((mask & (kind.fraction | kind.bigInteger)) === 0 || !shape) return { type: 'integer' };
  const { significant, whole, finite } = shape;
  if ((mask & kind.fraction) !== 0 && significant <= EXACT_DOUBLE_DIGITS && finite) return { type: 'number' };
  for (const scale of [shape.scale, shape.leastScale]) {
    if (whole + scale <= MAX_DECIMAL_DIGITS) return { type: 'decimal', scale };
  }
  // Very small numbers need more than 38 places, but what a program computed is exact as the double that it was.
  return { type: finite && shape.survivesDouble ? 'number' : 'text' };
}

function asAsked(type: FieldType, shape: NumberShape | undefined): InferredType {
  if (type !== 'decimal') return { type };
  const scale = shape
    ? [shape.scale, shape.leastScale].find((digits) => shape.whole + digits <= MAX_DECIMAL_DIGITS)
    : 0;
  return { type, scale: scale ?? MAX_DECIMAL_DIGITS - Math.min(MAX_DECIMAL_DIGITS, shape?.whole ?? 0) };
}
