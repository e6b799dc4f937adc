import { open } from 'node:fs/promises';
import type { FieldReading } from '@sluice/contracts/catalogue/reading';
import { nullWords } from './cell-forms';
import { readDatePattern } from './date-patterns';
import { kind } from './text-kinds';

/** The kinds of a column's first cells. */
export interface LikelyKinds {
  /** Kinds that occur among them. */
  mask: number;
  /** One of them is a text for certain: no number, date or word for no value, in no form and by nothing that was said. */
  hasText: boolean;
}

const SAMPLE_BYTES = 64 * 1024;
const SEPARATOR = '\x1f';
const ESCAPE = '\x1e';

const shapes: readonly [number, RegExp][] = [
  [kind.integer, /^-?\d+$/],
  [kind.fraction, /^-?\d+\.\d+$/],
  [kind.boolean, /^(true|false)$/],
  [kind.date, /^\d{4}-\d\d-\d\d$/],
  [kind.datetime, /^\d{4}-\d\d-\d\d[ T]/i],
  [kind.time, /^\d\d:\d\d/],
];
const NESTED = /^[{[]/;
const MEANT = /^[+-]?(true|false|nan|inf|infinity)$/i;
/** Signs, digits, and what stands beside numbers, dates and times: such a cell may be one of them. */
const FIGURES = /^[\s\d.,+\-%'$€£¥₹₽₩/:()]*(?:[AaPp]\.?[Mm]\.?)?$/u;
const MOMENT = /^\d{4}-\d\d-\d\d[Tt][\d:.]+(?:[Zz]|[+-][\d:]+)?$/;
const MONTH = /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/i;
const AMOUNT = /^-?(?:[A-Z]{2,3}\$?|kr|zł)? ?[\d.,' ]+(?: ?(?:[A-Z]{2,3}\$?|kr|zł))?$/;
const EXPONENT = /^[+-]?[\d.]+[eE][+-]?\d+$/;

/**
 * Looks at the first rows of a staged file, so that the test that most cells pass can come first for all of them; `given` is
 * what was said of each column.
 */
export async function guessKinds(
  staged: string,
  given: readonly FieldReading[],
  json: boolean,
): Promise<LikelyKinds[]> {
  const file = await open(staged, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    // The last line may be cut.
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, -1);
    const rows = lines.map((line) => line.split(SEPARATOR).slice(2));
    return given.map((said, column) =>
      kindsOf(
        rows.map((row) => row[column] ?? ''),
        said,
        json,
      ),
    );
  } finally {
    await file.close();
  }
}

function kindsOf(cells: readonly string[], given: FieldReading, json: boolean): LikelyKinds {
  const isSaid = meantBy(given);
  const mark = json ? '\\' : ESCAPE;
  const plain = cells.filter((cell) => cell !== '' && !cell.includes(mark)).map((cell) => (json ? bare(cell) : cell));
  const found = shapes.filter(([, shape]) => plain.some((cell) => shape.test(cell))).map(([each]) => each);
  return {
    mask: found.reduce((mask, each) => mask | each, 0),
    hasText: plain.some((cell) => !(json && NESTED.test(cell)) && !mayBeValue(cell.trim()) && !isSaid(cell.trim())),
  };
}

/** Tells the cells that are something else than texts by what was said of their column. */
function meantBy({ nulls = [], dateFormat, datetimeFormat }: FieldReading): (cell: string) => boolean {
  const words = new Set(nulls.map((word) => word.trim()));
  const dates = [dateFormat, datetimeFormat].flatMap((pattern) => {
    const read = pattern === undefined ? null : readDatePattern(pattern);
    return read ? [new RegExp(`^${read.shape}$`)] : [];
  });
  return (cell) => words.has(cell) || dates.some((shape) => shape.test(cell));
}

/** A JSON text without its quotes. One like an object or an array is not told from these. */
function bare(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1) : cell;
}

/** Tells whether a cell may be a value of another type than text, or stand for none. */
function mayBeValue(cell: string): boolean {
  return (
    nullWords.includes(cell) || [MEANT, FIGURES, MOMENT, MONTH, AMOUNT, EXPONENT].some((shape) => shape.test(cell))
  );
}
