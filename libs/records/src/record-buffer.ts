const UNIT_SEPARATOR = 0x1f;
const ESCAPE = 0x1e;

/** The digits behind the escape byte, by what the two mean: the empty text, or a byte that cannot stand for itself. */
export const escapes = { empty: '0', escape: '1', separator: '2', lineFeed: '3', carriageReturn: '4' } as const;
const EMPTY = escapes.empty.charCodeAt(0);

/** Escape digits by byte; 0 for bytes that stand for themselves. */
export const escapeDigits = new Uint8Array(256);
escapeDigits[ESCAPE] = escapes.escape.charCodeAt(0);
escapeDigits[UNIT_SEPARATOR] = escapes.separator.charCodeAt(0);
escapeDigits[0x0a] = escapes.lineFeed.charCodeAt(0);
escapeDigits[0x0d] = escapes.carriageReturn.charCodeAt(0);

// A byte order mark within a text is a character like others.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Holds records one behind the other, each as `US cell US cell …`, where a cell without bytes is null. Readers write to
 * `bytes` and `length` in their loops: a call for each byte would take longer than all the rest.
 */
export class RecordBuffer {
  bytes = new Uint8Array(0);
  length = 0;
  protected recordStart = 0;
  /** Bytes of the open record before its first cell. */
  protected prefixBytes = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Opens the record that begins at this line and at this many bytes from the beginning of the text. */
  begin(_line: number, _offset: number): void {
    this.recordStart = this.length;
  }

  /** Takes the open record back. */
  drop(): void {
    this.length = this.recordStart;
  }

  /** Writes what stands before each cell. */
  putSeparator(): void {
    this.bytes[this.length++] = UNIT_SEPARATOR;
  }

  /** Writes a byte of a cell, escaped if it has to be. */
  put(byte: number): void {
    const digit = escapeDigits[byte] as number;
    if (digit !== 0) {
      this.bytes[this.length++] = ESCAPE;
      this.bytes[this.length++] = digit;
    } else {
      this.bytes[this.length++] = byte;
    }
  }

  /** Writes the cell that is an empty text, and not null. */
  putEmptyText(): void {
    this.bytes[this.length++] = ESCAPE;
    this.bytes[this.length++] = EMPTY;
  }

  /** Writes a whole cell. */
  putCell(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.reserve(2 * bytes.length + 1);
    this.putSeparator();
    for (const byte of bytes) this.put(byte);
  }

  /** Takes the cells behind the first `width` from the open record; gives them as texts, or null. */
  cutCells(width: number): (string | null)[] {
    const cells = this.openCells().slice(width);
    let at = this.recordStart + this.prefixBytes;
    for (let separators = 0; at < this.length; at++)
      if (this.bytes[at] === UNIT_SEPARATOR && ++separators > width) break;
    this.length = at;
    return cells;
  }

  /** Takes the cells out of the open record that are not wanted. */
  keepCells(isWanted: readonly boolean[]): void {
    let write = this.recordStart + this.prefixBytes;
    let cell = -1;
    for (let at = write; at < this.length; at++) {
      const byte = this.bytes[at] as number;
      if (byte === UNIT_SEPARATOR) cell++;
      if (isWanted[cell]) this.bytes[write++] = byte;
    }
    this.length = write;
  }

  /** The bytes that the open record has so far. */
  get openBytes(): number {
    return this.length - this.recordStart;
  }

  /** The cells of the open record as texts, or null. */
  openCells(): (string | null)[] {
    const open = this.bytes.subarray(this.recordStart + this.prefixBytes, this.length);
    const [, ...cells] = decoder.decode(open).split('\x1f');
    return cells.map((cell) => (cell === '' ? null : unescapeCell(cell)));
  }
}

const unescapedTexts: Record<string, string> = {
  [escapes.empty]: '',
  [escapes.escape]: '\x1e',
  [escapes.separator]: '\x1f',
  [escapes.lineFeed]: '\n',
  [escapes.carriageReturn]: '\r',
};

function unescapeCell(cell: string): string {
  if (!cell.includes('\x1e')) return cell;
  const [begin, ...escaped] = cell.split('\x1e');
  return begin + escaped.map((part) => (unescapedTexts[part.charAt(0)] ?? '') + part.slice(1)).join('');
}
