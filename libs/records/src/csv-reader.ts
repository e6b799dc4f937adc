import { escapeDigits, type RecordBuffer } from './record-buffer';
import { type Place, type RecordFault, Unreadable } from './unreadable';

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const CELL_START = 0;
const PLAIN = 1;
const QUOTED = 2;
const QUOTE_SEEN = 3;

/** A byte of input becomes at most this many of output: an escape, or a row of its own with what stands before it. */
const MAX_GROWTH = 48;
const MAX_BLANK_RUN = 100_000;

export interface CsvOptions {
  /** One ASCII character; a comma by default. */
  delimiter?: string;
  /** Whether the first record names the columns, as it does by default. */
  header?: boolean;
  /** The number of columns, where it is known: then the first record is a row. */
  width?: number;
  /** A record may take so much in the buffer; without, it may be of any length. */
  maxRecordBytes?: number;
}

/** Takes what a CsvReader finds, in the order of the text. What it throws ends the reading. */
export interface CsvSink {
  /** Holds the cells of the open record, which the reader writes. The sink drops them, or keeps them for later. */
  readonly records: RecordBuffer;
  /** Takes the number of columns when the first record is open: the header, whose cells name them, or a row. */
  columns(count: number, isHeader: boolean, at: Place): void;
  /** Takes the open record, which has a cell for each column. */
  row(): void;
  /** Takes a record with more or fewer cells: the place of the first one too many, or of its end. */
  oddRow(cells: number, at: Place): void;
}

/**
 * Reads CSV by RFC 4180 and takes LF, CRLF and CR for line ends, mixed as they come. An unquoted empty cell is null, a
 * quoted one is empty text; a quote inside an unquoted cell is itself. Blank lines are skipped, except that in a text
 * of one column each is a null, save for those at the end. Throws Unreadable, at `end` at the latest.
 */
export class CsvReader {
  private readonly delimiter: number;
  private readonly maxRecordBytes: number;
  private headerPending: boolean;
  /** Number of columns; 0 until the first record has told it. */
  private width: number;
  private state = CELL_START;
  private quoted = false;
  private cells = 0;
  private open = false;
  private blanks = 0;
  private afterReturn = false;
  private line = 1;
  private lineStart = 0;
  private offset = 0;
  private recordLine = 1;
  private extra: Place | null = null;
  private cellStart = 0;
  private openedQuote: Place = { line: 1, lineStart: 0, offset: 0 };
  /** Bytes that the rest of a chunk may still need in the buffer. */
  private room = 0;
  private readonly plainStops: Uint8Array;
  private readonly quotedStops: Uint8Array;
  private readonly startStops: Uint8Array;

  constructor(
    private readonly sink: CsvSink,
    { delimiter = ',', header = true, width = 0, maxRecordBytes = Number.POSITIVE_INFINITY }: CsvOptions = {},
  ) {
    this.delimiter = delimiter.charCodeAt(0);
    this.headerPending = header && width === 0;
    this.width = width;
    this.maxRecordBytes = maxRecordBytes;
    this.plainStops = stopsAt(this.delimiter);
    this.quotedStops = stopsAt(QUOTE);
    this.startStops = stopsAt(this.delimiter, QUOTE);
  }

  /** The place where the text that was pushed ends. */
  get place(): Place {
    return { line: this.line, lineStart: this.lineStart, offset: this.offset };
  }

  /** Reads the next bytes of the text. */
  push(chunk: Uint8Array): void {
    const out = this.sink.records;
    this.room = chunk.length * MAX_GROWTH;
    out.reserve(this.room);
    const base = this.offset;
    for (let i = 0; i < chunk.length; i++) {
      // Most cells begin in the middle of a record with a character that means nothing else.
      if (this.state === CELL_START && this.open && this.startStops[chunk[i] as number] === 0) {
        this.offset = base + i;
        this.beginCell(out);
        this.state = PLAIN;
      }
      if (this.state === PLAIN || this.state === QUOTED) {
        const stops = this.state === PLAIN ? this.plainStops : this.quotedStops;
        const from = i;
        const { bytes } = out;
        let length = out.length;
        while (i < chunk.length && stops[chunk[i] as number] === 0) bytes[length++] = chunk[i++] as number;
        out.length = length;
        if (i > from) this.afterReturn = false;
        if (i === chunk.length) break;
      }
      const byte = chunk[i] as number;
      if (this.state === PLAIN && byte === this.delimiter) {
        this.afterReturn = false;
        this.endCell(out);
        continue;
      }
      this.offset = base + i;
      const newline = byte === LINE_FEED || byte === CARRIAGE_RETURN;
      const second = byte === LINE_FEED && this.afterReturn;
      this.afterReturn = byte === CARRIAGE_RETURN;
      // The second half of CRLF ends nothing once more; inside quotes it is data like the first.
      if (second && this.state !== QUOTED) {
        this.lineStart = this.offset + 1;
        continue;
      }
      this.step(byte, newline, out);
      if (newline) {
        if (!second) this.line++;
        this.lineStart = this.offset + 1;
      }
    }
    this.offset = base + chunk.length;
    if (this.open && out.openBytes > this.maxRecordBytes) this.fail(this.tooLarge());
  }

  /** Reads what is still open: nothing follows. */
  end(): void {
    const out = this.sink.records;
    out.reserve(MAX_GROWTH);
    if (this.open) {
      if (this.state === QUOTED) {
        this.fail({ ...this.openedQuote, code: 'open_quote', detail: 'A quoted field is never closed.' });
      }
      this.endRecord(out);
    }
  }

  private step(byte: number, newline: boolean, out: RecordBuffer): void {
    switch (this.state) {
      case QUOTED:
        if (byte === QUOTE) this.state = QUOTE_SEEN;
        else out.put(byte);
        return;
      case QUOTE_SEEN:
        if (byte === QUOTE) {
          out.bytes[out.length++] = QUOTE;
          this.state = QUOTED;
          return;
        }
        if (byte !== this.delimiter && !newline) {
          this.fail({ ...this.place, code: 'text_after_quote', detail: 'A closing quote is followed by more text.' });
        }
        break;
      case CELL_START:
        if (newline && !this.open) {
          this.skipBlank();
          return;
        }
        this.beginCell(out);
        if (byte === QUOTE) {
          this.quoted = true;
          this.state = QUOTED;
          this.openedQuote = { line: this.line, lineStart: this.lineStart, offset: this.offset };
          return;
        }
        this.state = PLAIN;
        break;
    }
    if (byte === this.delimiter) this.endCell(out);
    else if (newline) this.endRecord(out);
    else out.put(byte);
  }

  private beginCell(out: RecordBuffer): void {
    if (!this.open) this.beginRecord(out);
    if (this.cells === this.width) this.noteExtra();
    out.putSeparator();
    this.quoted = false;
    this.cellStart = out.openBytes;
  }

  /** Keeps the place of the first cell too many. On its own: the loop over all cells stays small. */
  private noteExtra(): void {
    if (this.width > 0) this.extra = this.place;
  }

  private beginRecord(out: RecordBuffer): void {
    // Blank lines between the rows of a single column were nulls after all.
    if (this.width === 1) {
      out.reserve(this.blanks * MAX_GROWTH + this.room);
      for (let blank = this.blanks; blank > 0; blank--) {
        out.begin(this.line - blank, this.offset);
        out.putSeparator();
        this.sink.row();
      }
    }
    this.blanks = 0;
    this.open = true;
    this.recordLine = this.line;
    this.extra = null;
    out.begin(this.line, this.offset);
  }

  private endCell(out: RecordBuffer): void {
    if (this.quoted && out.openBytes === this.cellStart) out.putEmptyText();
    this.cells++;
    this.state = CELL_START;
  }

  private endRecord(out: RecordBuffer): void {
    // A delimiter just before the end of the line opens one more, empty cell.
    if (this.state === CELL_START) this.beginCell(out);
    this.endCell(out);
    this.open = false;
    const { cells } = this;
    this.cells = 0;
    if (out.openBytes > this.maxRecordBytes) this.fail(this.tooLarge());
    if (this.width === 0 && this.isHeader(cells, out)) return;
    if (cells === this.width) this.sink.row();
    else this.sink.oddRow(cells, this.extra ?? this.place);
  }

  /** Tells the columns after the first record, and whether it was the header and no row. */
  private isHeader(cells: number, out: RecordBuffer): boolean {
    const isHeader = this.headerPending;
    this.headerPending = false;
    this.sink.columns(cells, isHeader, { ...this.place, line: this.recordLine });
    this.width = cells;
    this.blanks = 0;
    if (isHeader) out.drop();
    return isHeader;
  }

  private skipBlank(): void {
    this.blanks++;
    if (this.width !== 1 || this.blanks <= MAX_BLANK_RUN) return;
    this.fail({
      ...this.place,
      code: 'blank_lines',
      detail: `More than ${MAX_BLANK_RUN} blank lines follow each other.`,
    });
  }

  private tooLarge(): RecordFault {
    const detail = `The row is larger than ${this.maxRecordBytes} bytes; perhaps a quote is never closed.`;
    return { line: this.recordLine, lineStart: this.offset, offset: this.offset, code: 'row_too_large', detail };
  }

  private fail(fault: RecordFault): never {
    throw new Unreadable([fault]);
  }
}

/** Marks the bytes at which a run of plain or quoted text cannot be copied on. */
function stopsAt(...ends: number[]): Uint8Array {
  const stops = Uint8Array.from(escapeDigits);
  for (const end of ends) stops[end] = 1;
  return stops;
}
