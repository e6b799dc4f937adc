/** Bounds of a sheet; Excel's and LibreOffice's own. */
export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;

const FIRST_LETTER = 0x41;
const LETTERS = 26;

/** Cells of a sheet, both ends included: rows from 1, columns from 0. */
export interface CellRange {
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
}

export const wholeSheet: CellRange = { firstRow: 1, lastRow: MAX_ROWS, firstColumn: 0, lastColumn: MAX_COLUMNS - 1 };

/** The column, from 0, of an address such as `AB12`; -1 where it begins with no letter. */
export function columnOf(address: string): number {
  let column = 0;
  for (let at = 0; at < address.length; at++) {
    const letter = address.charCodeAt(at) & 0xdf;
    if (letter < FIRST_LETTER || letter >= FIRST_LETTER + LETTERS) break;
    column = column * LETTERS + letter - FIRST_LETTER + 1;
    if (column > MAX_COLUMNS) return MAX_COLUMNS;
  }
  return column - 1;
}

export function columnName(column: number): string {
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / LETTERS))
    name = String.fromCharCode(FIRST_LETTER + ((rest - 1) % LETTERS)) + name;
  return name;
}

export function cellName(column: number, row: number): string {
  return `${columnName(column)}${row}`;
}

/** Reads a range that was checked to look like `B2:F100`; its corners may come in any order. */
export function parseRange(range: string): CellRange {
  const [one = '', other = ''] = range.split(':');
  const rows = [one, other].map((corner) => Number(corner.replace(/^[A-Za-z]+/, '')));
  const columns = [one, other].map(columnOf);
  return {
    firstRow: Math.min(...rows),
    lastRow: Math.max(...rows),
    firstColumn: Math.min(...columns),
    lastColumn: Math.max(...columns),
  };
}
