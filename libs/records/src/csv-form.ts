import { escapeDigits, type RecordBuffer } from './record-buffer';

/** How a text marks its cells. */
export interface CsvForm {
  /** ASCII characters; a comma by default. */
  delimiter?: string;
  /** One ASCII character around cells, a double quote by default; empty: there is none. */
  quote?: string;
  /** The ASCII character before a quote inside a cell; by default it is doubled. */
  escape?: string;
  /** Whether blanks around cells and around their quotes are left out. */
  trim?: boolean;
  /** The ASCII character that lines begin with which are left out; by default there is none. */
  comment?: string;
}

/** Stands where a form has no such character. */
export const NO_BYTE = -1;
const BLANK = 0x20;
const TAB = 0x09;

/** The bytes of a form, as a reader compares them. */
export class FormBytes {
  readonly delimiter: number;
  /** What follows the first byte of a delimiter of several. */
  readonly delimiterRest: Uint8Array;
  readonly quote: number;
  readonly escape: number;
  readonly comment: number;
  readonly trims: boolean;
  /** Mark the bytes at which a run of plain or quoted text cannot be copied on, and with which no plain cell begins. */
  readonly plainStops: Uint8Array;
  readonly quotedStops: Uint8Array;
  readonly startStops: Uint8Array;

  constructor({ delimiter = ',', quote = '"', trim = false, comment = '', ...form }: CsvForm) {
    this.delimiter = delimiter.charCodeAt(0);
    this.delimiterRest = Uint8Array.from(delimiter.slice(1), (character) => character.charCodeAt(0));
    this.quote = byteOf(quote);
    this.escape = form.escape === quote ? NO_BYTE : byteOf(form.escape ?? '');
    this.comment = byteOf(comment);
    this.trims = trim;
    this.plainStops = stopsAt(this.delimiter, this.escape);
    this.quotedStops = stopsAt(this.quote, this.escape);
    this.startStops = stopsAt(this.delimiter, this.quote, this.escape, BLANK, TAB);
  }

  /** Tells whether a byte is white space within a line that does not separate cells. */
  isBlank(byte: number): boolean {
    return (byte === BLANK || byte === TAB) && byte !== this.delimiter;
  }

  /** Counts the blanks among the last bytes of a buffer. */
  blanksBehind({ bytes, length }: RecordBuffer, among: number): number {
    let blanks = 0;
    while (blanks < among && this.isBlank(bytes[length - 1 - blanks] as number)) blanks++;
    return blanks;
  }
}

function stopsAt(...ends: number[]): Uint8Array {
  const stops = Uint8Array.from(escapeDigits);
  for (const end of ends) if (end !== NO_BYTE) stops[end] = 1;
  return stops;
}

function byteOf(character: string): number {
  return character === '' ? NO_BYTE : character.charCodeAt(0);
}
