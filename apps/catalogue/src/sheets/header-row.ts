/** A cell of a row that is held back until it is clear where the table begins. */
interface HeldCell {
  column: number;
  /** The value as JSON. */
  json: string;
}

export interface HeldRow {
  row: number;
  cells: HeldCell[];
}

/** Where the table begins among its first rows. */
export interface TableBegin {
  /** Index of the row with the names; null where no row has them. */
  header: number | null;
  /** Index of the first row of values. */
  first: number;
}

/** A row is like the table when it has at least this part of the cells that rows have in the middle. */
const LIKE = 0.67;

/**
 * Guesses the row of the names: the first one whose cells are filled like the rows below. Titles above have fewer. Where
 * it holds no text at all, it is a row of values.
 */
export function guessBegin(rows: readonly HeldRow[]): TableBegin {
  const counts = rows.map(({ cells }) => cells.length);
  const usual = usualOf(counts);
  const first = Math.max(
    0,
    counts.findIndex((count) => count >= usual * LIKE),
  );
  const hasNames = rows[first]?.cells.some(({ json }) => isName(json)) ?? false;
  return hasNames || rows.length === first + 1 ? { header: first, first: first + 1 } : { header: null, first };
}

/** How many cells the row has in which the cell in the middle stands: the few cells of titles count for little. */
function usualOf(counts: readonly number[]): number {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let passed = 0;
  for (const count of [...counts].sort((a, b) => a - b)) {
    passed += count;
    if (passed >= half) return count;
  }
  return 0;
}

/** A text, and not a date: those are written in quotes, too. */
function isName(json: string): boolean {
  return json.startsWith('"') && !/^"(\d{4}-\d\d-\d\d(T[\d:.]+)?|\d\d:\d\d:\d\d(\.\d+)?)"$/.test(json);
}
