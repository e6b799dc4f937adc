import { open } from 'node:fs/promises';
import { kind } from './text-kinds';

/** The kinds of a column's first cells. */
export interface LikelyKinds {
  /** Kinds that occur among them. */
  mask: number;
  /** One of them is a text for certain, and not a number, a date or another word. */
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
/** Begins with a letter, or with another character that stands behind the digits. */
const WORD = /^[:-~]/;
const MEANT = /^(true|false|nan|inf|infinity)$/i;

/** Looks at the first rows of a staged file, so that the test that most cells pass can come first for all of them. */
export async function guessKinds(staged: string, columns: number): Promise<LikelyKinds[]> {
  const file = await open(staged, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    // The last line may be cut.
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, -1);
    const rows = lines.map((line) => line.split(SEPARATOR).slice(2));
    return Array.from({ length: columns }, (_, column) => kindsOf(rows.map((row) => row[column] ?? '')));
  } finally {
    await file.close();
  }
}

function kindsOf(cells: readonly string[]): LikelyKinds {
  const plain = cells.filter((cell) => cell !== '' && !cell.includes(ESCAPE));
  const found = shapes.filter(([, shape]) => plain.some((cell) => shape.test(cell))).map(([each]) => each);
  return {
    mask: found.reduce((mask, each) => mask | each, 0),
    hasText: plain.some((cell) => WORD.test(cell) && !MEANT.test(cell)),
  };
}
