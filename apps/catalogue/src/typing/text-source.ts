import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { FieldReading } from '@sluice/contracts/catalogue/reading';
import type { FieldType } from '@sluice/contracts/fields';
import type { Engine, QueryLimits } from '../engine/engine';
import type { StagedFile } from '../sources/staged-file';
import {
  type ColumnPlan,
  EXACT_DOUBLE_DIGITS,
  MAX_DECIMAL_DIGITS,
  requestedTypes,
  type SourcePlan,
} from './column-plan';
import { nameFields } from './field-names';
import { measureNumbers, type NumberShape } from './number-shape';
import { type RefinedColumn, readingOf, refineCells } from './refine-cells';
import { BATCH_COLUMNS, type Cells, examineCells, stagedRelation } from './staged-cells';
import { convert, isNumeric, misfit } from './text-conversion';
import { isNotFinite, kind, NUMBERS } from './text-kinds';

interface InferredType {
  type: FieldType;
  scale?: number;
}

/** Reads the whole staged file once or twice to find each column's type, and plans how its cells become values. */
export async function planTextSource(
  engine: Engine,
  staged: StagedFile,
  { types, reading }: Pick<ImportOptions, 'types' | 'reading'>,
  limits: QueryLimits,
): Promise<SourcePlan> {
  const { labels } = staged;
  const json = staged.dialect === null;
  const names = nameFields(labels);
  const requested = requestedTypes({ ...staged.types, ...types }, names, labels);
  const relation = stagedRelation(staged);
  const given = labels.map((label, index) => readingOf(reading, names[index] ?? '', label));
  const plain = await examineCells(engine, relation, staged, given, requested, limits);
  const refined = reading.strict
    ? new Map<number, RefinedColumn>()
    : await refine(engine, relation, plain, given, requested, json, limits);
  const cells = plain.map((each, index) => refined.get(index)?.cells ?? each);
  const shapes = await shapesOf(engine, relation, cells, requested, limits);
  const columns = cells.map((each, index): ColumnPlan => {
    const { mask, present, raw, text } = each;
    const asked = requested[index];
    const shape = shapes.get(index);
    const { type, scale } = asked ? asAsked(asked, shape) : inferred(each, shape);
    const asWritten = json && type === 'json' && !refined.get(index)?.cells;
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
      mayBeMinusZero: type === 'number' && each.minus,
      present: asked ? undefined : present,
      warnings: refined.get(index)?.warnings ?? [],
    };
  });
  return { relation, columns };
}

/** Looks again at the columns whose cells are no plain values of one type, or of which something was said. */
async function refine(
  engine: Engine,
  relation: string,
  cells: readonly Cells[],
  given: readonly FieldReading[],
  requested: readonly (FieldType | undefined)[],
  isJson: boolean,
  limits: QueryLimits,
): Promise<Map<number, RefinedColumn>> {
  const spoilt = cells.flatMap((each, index) => (isSpoilt(each, given[index] ?? {}, requested[index]) ? [index] : []));
  const columns = spoilt.map((index) => {
    const each = cells[index] as Cells;
    return { cells: each, given: given[index] ?? {}, asked: requested[index], isJson, isPlain: isPlain(each) };
  });
  const refined = await refineCells(engine, relation, columns, isTyped, limits);
  return new Map(spoilt.flatMap((index, place) => (refined[place] ? [[index, refined[place]]] : [])));
}

const NUMBER_OPTIONS: ReadonlySet<string> = new Set(['decimal', 'thousands', 'percent', 'currency']);
/** Kinds whose cells have no decimal sign, no thousands and no other signs. */
const WITHOUT_MARKS = kind.integer | kind.boolean | kind.date | kind.datetime | kind.time;

function isSpoilt(cells: Cells, given: FieldReading, asked: FieldType | undefined): boolean {
  if (asked === 'json' || cells.present === 0 || (cells.mask & kind.nested) !== 0) return false;
  const { nulls, trim, ...forms } = given;
  const isForText = nulls !== undefined || trim === true;
  if (cells.isText && asked === undefined) return isForText;
  // How numbers are written says nothing of plain whole numbers and times.
  const isWhole = (cells.mask & ~WITHOUT_MARKS) === 0;
  const hasForms = Object.entries(forms).some(
    ([option, value]) => value !== undefined && !(isWhole && NUMBER_OPTIONS.has(option)),
  );
  if (hasForms || (isPlain(cells) ? nulls?.some(isPlainValue) : isForText)) return true;
  return asked !== 'text' && !isTyped(cells);
}

/** Tells whether cells are of one type, and none is NaN: no blanks stand around them. */
function isPlain(cells: Cells): boolean {
  return isTyped(cells) && (cells.mask & kind.notFinite) === 0;
}

/** Tells whether a word can be a plain value. */
function isPlainValue(word: string): boolean {
  return /\d/.test(word) || /^(true|false)$/i.test(word.trim());
}

/** Tells whether cells are plain values of one type that is no text. */
function isTyped(cells: Cells): boolean {
  return inferred(cells, undefined).type !== 'text';
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

/** Only numbers, of which at least one is finite. */
function isNumberMask(mask: number): boolean {
  return (mask & NUMBERS) !== 0 && (mask & ~(NUMBERS | kind.notFinite)) === 0;
}

function inferred({ mask, short }: Cells, shape: NumberShape | undefined): InferredType {
  // Nothing but NaN and infinities: numbers, of which none is kept.
  if (mask === kind.notFinite) return { type: 'number' };
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
