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

const BEGIN = Buffer.from('<c r="');
const VALUE = Buffer.from('><v>');
const END = Buffer.from('</v></c>');
const MAX_COLUMN_LETTERS = 3;

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

  /** Reads the cell that begins here. Gives where it ends; -1 where it is written otherwise, or not there to its end. */
  read(bytes: Uint8Array, begin: number): number {
    if (!stands(BEGIN, bytes, begin)) return -1;
    let at = begin + BEGIN.length;
    let column = 0;
    const letters = at;
    for (let byte = bytes[at] ?? 0; byte >= A && byte <= Z; byte = bytes[++at] ?? 0)
      column = column * 26 + byte - A + 1;
    if (at === letters || at - letters > MAX_COLUMN_LETTERS) return -1;
    while (isDigit(bytes[at])) at++;
    if (bytes[at++] !== QUOTE) return -1;
    this.style = -1;
    this.type = '';
    if (isAttribute(S, bytes, at)) at = this.readStyle(bytes, at + 4);
    if (isAttribute(T, bytes, at)) at = this.readType(bytes, at + 4);
    if (!stands(VALUE, bytes, at)) return -1;
    at += VALUE.length;
    this.column = column - 1;
    this.from = at;
    for (let byte = bytes[at]; byte !== LESS; byte = bytes[++at])
      if (byte === AMPERSAND || byte === undefined) return -1;
    this.to = at;
    return at > this.from && stands(END, bytes, at) ? at + END.length : -1;
  }

  private readStyle(bytes: Uint8Array, from: number): number {
    let at = from;
    let style = 0;
    for (let byte = bytes[at]; byte !== undefined && isDigit(byte); byte = bytes[++at])
      style = style * 10 + byte - ZERO;
    this.style = style;
    return bytes[at] === QUOTE ? at + 1 : at;
  }

  private readType(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== GREATER) at++;
    this.type = at === from + 1 ? String.fromCharCode(bytes[from] ?? 0) : asciiText(bytes, from, at);
    return at + 1;
  }
}

function stands(word: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let offset = 0; offset < word.length; offset++) if (bytes[at + offset] !== word[offset]) return false;
  return true;
}

/** Tells whether an attribute of one letter begins here, with its blank before and its quote behind. */
function isAttribute(letter: number, bytes: Uint8Array, at: number): boolean {
  return bytes[at] === SPACE && bytes[at + 1] === letter && bytes[at + 2] === EQUALS && bytes[at + 3] === QUOTE;
}

export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** The number that digits stand for; -1 where there are others, or more than nine. */
export function readIndex(bytes: Uint8Array, from: number, to: number): number {
  let index = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (!isDigit(byte)) return -1;
    index = index * 10 + byte - ZERO;
  }
  return to - from > 9 ? -1 : index;
}

/** Tells whether a number may stand in JSON as it is; false for some with an exponent that may, too. */
export function isPlainNumber(bytes: Uint8Array, from: number, to: number): boolean {
  let at = bytes[from] === MINUS ? from + 1 : from;
  const first = at;
  while (at < to && isDigit(bytes[at])) at++;
  if (at === first || (at > first + 1 && bytes[first] === ZERO)) return false;
  if (at === to) return true;
  if (bytes[at++] !== POINT || at === to) return false;
  while (at < to && isDigit(bytes[at])) at++;
  return at === to;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
