const SPACE = 0x20;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const A = 0x41;
const Z = 0x5a;
const S = 0x73;
const T = 0x74;

/** Four bytes at a time, as one number: to compare each takes as long as all the rest. */
const BEGIN = wordOf('<c r');
const VALUE = wordOf('><v>');
const VALUE_END = wordOf('</v>');
const CELL_END = wordOf('</c>');
const BEGIN_BYTES = '<c r="'.length;
const END_BYTES = '</v></c>'.length;
const MAX_COLUMN_LETTERS = 3;
/** All that is looked at behind a place where a loop may end, so that nothing is read beyond the bytes. */
const BESIDE_BYTES = 32;

/**
 * Finds the parts of a cell that is written like almost all are: `<c r="B7" s="1" t="s"><v>12</v></c>`. A large sheet has
 * sixteen million of them, which take the general way of the scanner three times as long.
 */
export class PlainCell {
  column = 0;
  /** Number of its format; -1 where it has none. */
  style = -1;
  type = '';
  /** Where the value stands among the bytes. */
  from = 0;
  to = 0;
  /** The value may stand in JSON as it is; false for some with an exponent that may, too. */
  isNumber = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private end = 0;

  /** Names the bytes that cells are read of. */
  lookAt(bytes: Uint8Array): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length - BESIDE_BYTES;
  }

  /** Reads the cell that begins here. Gives where it ends; -1 where it is written otherwise, or near the end of the bytes. */
  read(begin: number): number {
    const { bytes, view, end } = this;
    if (begin >= end || view.getUint32(begin, true) !== BEGIN) return -1;
    if (bytes[begin + 4] !== EQUALS || bytes[begin + 5] !== QUOTE) return -1;
    let at = begin + BEGIN_BYTES;
    let column = 0;
    const letters = at;
    for (let byte = bytes[at] as number; byte >= A && byte <= Z && at < end; byte = bytes[++at] as number)
      column = column * 26 + byte - A + 1;
    if (at === letters || at - letters > MAX_COLUMN_LETTERS) return -1;
    while (at < end && isDigit(bytes[at] as number)) at++;
    if (bytes[at++] !== QUOTE) return -1;
    this.style = -1;
    this.type = '';
    if (bytes[at] === SPACE) {
      if (this.isAttribute(S, at)) at = this.readStyle(at + 4);
      if (this.isAttribute(T, at)) at = this.readType(at + 4);
    }
    if (view.getUint32(at, true) !== VALUE) return -1;
    this.column = column - 1;
    at = this.readValue(at + 4);
    if (at === -1 || view.getUint32(at, true) !== VALUE_END || view.getUint32(at + 4, true) !== CELL_END) return -1;
    return at + END_BYTES;
  }

  /** The whole number that the value is; -1 where it is another one, below 0 or has more than nine digits. */
  get index(): number {
    const { bytes, from, to } = this;
    let index = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (!isDigit(byte)) return -1;
      index = index * 10 + byte - ZERO;
    }
    return to - from > 9 ? -1 : index;
  }

  get text(): string {
    return this.textOf(this.from, this.to);
  }

  /** Tells whether an attribute of one letter begins here, with its blank before and its quote behind. */
  private isAttribute(letter: number, at: number): boolean {
    const { bytes } = this;
    return bytes[at] === SPACE && bytes[at + 1] === letter && bytes[at + 2] === EQUALS && bytes[at + 3] === QUOTE;
  }

  private readStyle(from: number): number {
    const { bytes, end } = this;
    let at = from;
    let style = 0;
    for (; at < end && isDigit(bytes[at] as number); at++) style = style * 10 + (bytes[at] as number) - ZERO;
    this.style = style;
    return bytes[at] === QUOTE ? at + 1 : at;
  }

  private readType(from: number): number {
    const { bytes, end } = this;
    let at = from;
    while (at < end && bytes[at] !== QUOTE && bytes[at] !== GREATER) at++;
    this.type = this.textOf(from, at);
    return at + 1;
  }

  /** Gives where the value ends; -1 where it is empty or has entities. */
  private readValue(from: number): number {
    const { bytes, end } = this;
    let at = bytes[from] === MINUS ? from + 1 : from;
    const first = at;
    while (at < end && isDigit(bytes[at] as number)) at++;
    let isNumber = at > first && (bytes[first] !== ZERO || at === first + 1);
    if (bytes[at] === POINT) {
      const point = at++;
      while (at < end && isDigit(bytes[at] as number)) at++;
      isNumber = isNumber && at > point + 1;
    }
    if (bytes[at] !== LESS) isNumber = false;
    for (; at < end && bytes[at] !== LESS; at++) if (bytes[at] === AMPERSAND) return -1;
    this.isNumber = isNumber;
    this.from = from;
    this.to = at;
    return at === from ? -1 : at;
  }

  /** One call for each byte is faster than one into native code for a few. */
  private textOf(from: number, to: number): string {
    let text = '';
    for (let at = from; at < to; at++) text += String.fromCharCode(this.bytes[at] as number);
    return text;
  }
}

function wordOf(text: string): number {
  return Buffer.from(text).readUInt32LE();
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
