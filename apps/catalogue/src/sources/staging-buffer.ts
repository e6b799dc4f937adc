/**
 * Staged rows are what DuckDB reads instead of the source: one line per row, `line US offset US cell US cell …`, where a
 * missing or empty cell is null. Its CSV reader was seen to lose rows of files with mixed line ends and to strip blanks
 * around quotes without a word, so a scanner of our own takes the source apart and DuckDB only splits at two bytes.
 */
export const UNIT_SEPARATOR = 0x1f;
export const ESCAPE = 0x1e;
const ZERO = 0x30;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What follows the escape byte for what a cell cannot hold itself. */
export const escapes = { empty: '0', escape: '1', separator: '2', lineFeed: '3', carriageReturn: '4' } as const;
const EMPTY = escapes.empty.charCodeAt(0);

/** Escape digit by byte; 0 for bytes that stand for themselves. */
export const escapeDigits = new Uint8Array(256);
escapeDigits[ESCAPE] = escapes.escape.charCodeAt(0);
escapeDigits[UNIT_SEPARATOR] = escapes.separator.charCodeAt(0);
escapeDigits[LINE_FEED] = escapes.lineFeed.charCodeAt(0);
escapeDigits[CARRIAGE_RETURN] = escapes.carriageReturn.charCodeAt(0);

const MAX_PREFIX_BYTES = 40;

/** Collects staged rows; only whole ones are ever handed out. Scanners write to `bytes` and `length` in their loops. */
export class StagingBuffer {
  bytes = Buffer.allocUnsafe(1 << 20);
  length = 0;
  private rowStart = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  beginRow(line: number, offset: number): void {
    this.reserve(MAX_PREFIX_BYTES);
    this.rowStart = this.length;
    this.number(line);
    this.bytes[this.length++] = UNIT_SEPARATOR;
    this.number(offset);
  }

  /** By hand: a string for every row takes longer than its cells. */
  private number(value: number): void {
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits++;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.length += digits;
  }

  emptyText(): void {
    this.bytes[this.length++] = ESCAPE;
    this.bytes[this.length++] = EMPTY;
  }

  endRow(): void {
    this.reserve(1);
    this.bytes[this.length++] = LINE_FEED;
    this.rowStart = this.length;
  }

  dropRow(): void {
    this.length = this.rowStart;
  }

  /** The bytes of the row that has begun. */
  get openBytes(): number {
    return this.length - this.rowStart;
  }

  /** The cells of the row that has begun, as text; null for an empty one. */
  openCells(): (string | null)[] {
    const cells = this.bytes.toString('utf8', this.rowStart, this.length).split('\x1f').slice(2);
    return cells.map((cell) => (cell === '' ? null : unescaped(cell)));
  }

  /** The whole rows so far, where they stand: to be written away, and dropped, before the buffer is used again. */
  get wholeRows(): Buffer {
    return this.bytes.subarray(0, this.rowStart);
  }

  dropWholeRows(): void {
    this.bytes.copyWithin(0, this.rowStart, this.length);
    this.length -= this.rowStart;
    this.rowStart = 0;
  }
}

const unescapedTexts: Record<string, string> = {
  [escapes.empty]: '',
  [escapes.escape]: '\x1e',
  [escapes.separator]: '\x1f',
  [escapes.lineFeed]: '\n',
  [escapes.carriageReturn]: '\r',
};

function unescaped(cell: string): string {
  const [begin, ...escaped] = cell.split('\x1e');
  return begin + escaped.map((part) => (unescapedTexts[part.charAt(0)] ?? '') + part.slice(1)).join('');
}
