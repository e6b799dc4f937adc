import type { FieldReading } from '@sluice/contracts/catalogue/reading';
import type { FieldType } from '@sluice/contracts/fields';
import type { Engine, QueryLimits } from '../engine/engine';
import { cellForm, jsonCellForm, nullWords } from './cell-forms';
import { BATCH_SPOILT_COLUMNS, type Cells } from './staged-cells';
import { kind } from './text-kinds';

/** A column to be looked at: its cells, what was said of it, and the type that was asked for. */
export interface SpoiltColumn {
  cells: Cells;
  given: FieldReading;
  asked: FieldType | undefined;
  /** Its cells are JSON values. */
  isJson: boolean;
  /** Its cells are plain values of one type that is no text, and none is NaN, which may also stand for no value. */
  isPlain: boolean;
}

/** Finds all forms that occur in each column. Each cell takes a dozen tests: where the kinds tell, no cell is looked at. */
export async function formsOf(
  engine: Engine,
  relation: string,
  columns: readonly SpoiltColumn[],
  limits: QueryLimits,
): Promise<number[]> {
  const forms = columns.map((column) => knownForms(column));
  const open = columns.flatMap((column, index) => (forms[index] === null ? [{ index, test: formTest(column) }] : []));
  for (let first = 0; first < open.length; first += BATCH_SPOILT_COLUMNS) {
    const batch = open.slice(first, first + BATCH_SPOILT_COLUMNS);
    const [row = []] = await engine.query(
      `SELECT ${batch.map(({ test }) => test).join(', ')} FROM ${relation}`,
      [],
      limits,
    );
    batch.forEach(({ index }, place) => {
      forms[index] = Number(row[place] ?? 0);
    });
  }
  return forms.map((found) => found ?? 0);
}

/** The forms of plain values are their kinds; one text makes a column one of texts. Null where they are not known. */
function knownForms({ cells, isPlain, asked }: SpoiltColumn): number | null {
  if (cells.isText && asked === undefined) return kind.text;
  return isPlain ? cells.mask : null;
}

function formTest({ cells: { raw, text }, given, isJson }: SpoiltColumn): string {
  const words = given.nulls ?? nullWords;
  const { decimal, thousands, percent, currency } = given;
  // Of numbers that are written in quotes somebody has to say so.
  const isSaid = decimal !== undefined || thousands !== undefined || percent === true || currency === true;
  return `bit_or(${isJson && !isSaid ? jsonCellForm(raw, text, words) : cellForm(text, words)})`;
}
