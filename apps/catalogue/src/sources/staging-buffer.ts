import { RecordBuffer } from '@sluice/records/record-buffer';

/** A row may take this much of the file, white space included … */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
/** … and this much once it is staged; what could be sent in one message is smaller still. */
export const MAX_STAGED_BYTES = 1024 * 1024;

const ZERO = 0x30;
const LINE_FEED = 0x0a;
const MAX_PREFIX_BYTES = 40;
const FIRST_BYTES = 1024 * 1024;

/**
 * Collects staged rows, which DuckDB reads instead of the source: one line for each, `line US offset US cell US cell …`.
 * Its CSV reader was seen to lose rows of files with mixed line ends and to strip blanks around quotes without a word,
 * so DuckDB only splits at two bytes. Only whole rows are ever handed out.
 */
export class StagingBuffer extends RecordBuffer {
  constructor() {
    super();
    this.reserve(FIRST_BYTES);
  }

  override begin(line: number, offset: number): void {
    this.reserve(MAX_PREFIX_BYTES);
    this.recordStart = this.length;
    this.putNumber(line);
    this.putSeparator();
    this.putNumber(offset);
    this.prefixBytes = this.openBytes;
  }

  /** Keeps the open row. */
  keep(): void {
    this.reserve(1);
    this.bytes[this.length++] = LINE_FEED;
    this.recordStart = this.length;
  }

  /** The rows that were kept, where they stand: to be written away, and dropped, before the buffer is used again. */
  get wholeRows(): Uint8Array {
    return this.bytes.subarray(0, this.recordStart);
  }

  dropWholeRows(): void {
    this.bytes.copyWithin(0, this.recordStart, this.length);
    this.length -= this.recordStart;
    this.recordStart = 0;
  }

  /** Writes the digits by hand: a string for every row takes longer than its cells. */
  private putNumber(value: number): void {
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
}
