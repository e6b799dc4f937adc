import { blankLines, openQuote, rowTooLarge, textAfterQuote } from './csv-faults';
import { FormBytes, NO_BYTE } from './csv-form';
import type { CsvOptions, CsvSink } from './csv-sink';
import type { RecordBuffer } from './record-buffer';
import type { Place, Unreadable } from './unreadable';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const CELL_START = 0;
const PLAIN = 1;
const QUOTED = 2;
const QUOTE_SEEN = 3;
/** Behind blanks at the beginning of a cell that are part of it. */
const BLANKS_SEEN = 4;
/** Behind the first bytes of a delimiter that has several. */
const DELIMITER_SEEN = 5;
const ESCAPE_SEEN = 6;
const COMMENT = 7;

/** A byte of input becomes at most this many of output: an escape, or a row of its own with what stands before it. */
const MAX_GROWTH = 48;
const MAX_BLANK_RUN = 100_000;
const BEGIN: Place = { line: 1, lineStart: 0, offset: 0 };

/**
 * Reads CSV by RFC 4180, or in the form that is asked for; line ends are LF, CRLF and CR, mixed as they come. An unquoted
 * empty cell is null, a quoted one is empty text; a quote inside an unquoted cell is itself. Blank lines are skipped, but
 * in a text of one column each is a null, save for those at the end. Throws Unreadable, at `end` at the latest.
 */
export class CsvReader {
  /** Cells that begin with blanks before a quote, which a reader that trims would take for its own. */
  blanksBeforeQuotes = 0;
  /** Lines that were left out as comments. */
  comments = 0;
  private readonly form: FormBytes;
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
  private line: number;
  private lineStart: number;
  private offset: number;
  private recordLine = 1;
  /** Bytes of a delimiter that were met, and the state before them; and the state before an escape. */
  private matched = 0;
  private stateBefore = CELL_START;
  private extra: Place | null = null;
  private cellStart = 0;
  private openedQuote = BEGIN;
  /** Bytes that the rest of a chunk may still need in the buffer. */
  private room = 0;

  constructor(
    private readonly sink: CsvSink,
    { header = true, width = 0, maxRecordBytes = Number.POSITIVE_INFINITY, from = BEGIN, ...form }: CsvOptions = {},
  ) {
    this.form = new FormBytes(form);
    this.headerPending = header && width === 0;
    this.width = width;
    this.maxRecordBytes = maxRecordBytes;
    this.line = from.line;
    this.lineStart = from.lineStart;
    this.offset = from.offset;
  }

  /** The place where the text that was pushed ends. */
  get place(): Place {
    return { line: this.line, lineStart: this.lineStart, offset: this.offset };
  }

  /** Reads the next bytes of the text. */
  push(chunk: Uint8Array): void {
    const out = this.sink.records;
    this.room = (chunk.length + this.form.delimiterRest.length) * MAX_GROWTH;
    out.reserve(this.room);
    const base = this.offset;
    for (let i = 0; i < chunk.length; i++) {
      // Most cells begin in the middle of a record with a character that means nothing else.
      if (this.state === CELL_START && this.open && this.form.startStops[chunk[i] as number] === 0) {
        this.offset = base + i;
        this.beginCell(out);
        this.state = PLAIN;
      }
      if (this.state === PLAIN || this.state === QUOTED) {
        const stops = this.state === PLAIN ? this.form.plainStops : this.form.quotedStops;
        const from = i;
        const { bytes } = out;
        let length = out.length;
        while (i < chunk.length && stops[chunk[i] as number] === 0) bytes[length++] = chunk[i++] as number;
        out.length = length;
        if (i > from) this.afterReturn = false;
        if (i === chunk.length) break;
      }
      const byte = chunk[i] as number;
      if (this.state === PLAIN && byte === this.form.delimiter && this.form.delimiterRest.length === 0) {
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
    if (this.open && out.openBytes > this.maxRecordBytes) throw this.tooLarge();
  }

  /** Reads what is still open: nothing follows. */
  end(): void {
    const out = this.sink.records;
    out.reserve(MAX_GROWTH);
    if (this.open) {
      if (this.state === ESCAPE_SEEN) this.endEscape(this.form.escape, false, out);
      if (this.state === DELIMITER_SEEN) this.putUnmatched(out);
      if (this.state === QUOTED) {
        throw openQuote(this.openedQuote);
      }
      this.endRecord(out);
    }
  }

  private step(byte: number, newline: boolean, out: RecordBuffer): void {
    switch (this.state) {
      case QUOTED:
        if (byte === this.form.quote) this.state = QUOTE_SEEN;
        else if (byte === this.form.escape) this.beginEscape();
        else out.put(byte);
        return;
      case QUOTE_SEEN:
        if (byte === this.form.quote && this.form.escape === NO_BYTE) {
          out.bytes[out.length++] = this.form.quote;
          this.state = QUOTED;
          return;
        }
        if (this.form.trims && this.form.isBlank(byte)) return;
        if (byte !== this.form.delimiter && !newline) throw textAfterQuote(this.place);
        break;
      case ESCAPE_SEEN:
        this.endEscape(byte, newline, out);
        return;
      case DELIMITER_SEEN:
        this.matchDelimiter(byte, newline, out);
        return;
      case COMMENT:
        if (newline) this.state = CELL_START;
        return;
      case BLANKS_SEEN:
        if (byte === this.form.quote) this.blanksBeforeQuotes++;
        this.state = this.form.isBlank(byte) ? BLANKS_SEEN : PLAIN;
        break;
      case CELL_START:
        if (newline && !this.open) {
          this.skipBlank();
          return;
        }
        if (byte === this.form.comment && !this.open) {
          this.comments++;
          this.state = COMMENT;
          return;
        }
        if (this.form.trims && this.form.isBlank(byte)) return;
        this.beginCell(out);
        if (byte === this.form.quote) {
          this.quoted = true;
          this.state = QUOTED;
          this.openedQuote = { line: this.line, lineStart: this.lineStart, offset: this.offset };
          return;
        }
        this.state = this.form.isBlank(byte) ? BLANKS_SEEN : PLAIN;
        break;
    }
    if (byte === this.form.delimiter) this.beginDelimiter(out);
    else if (newline) this.endRecord(out);
    else if (byte === this.form.escape) this.beginEscape();
    else out.put(byte);
  }

  private beginEscape(): void {
    this.stateBefore = this.state;
    this.state = ESCAPE_SEEN;
  }

  /** Behind an escape a byte that would end something is itself; before any other the escape stands for itself. */
  private endEscape(byte: number, newline: boolean, out: RecordBuffer): void {
    this.state = this.stateBefore;
    const isMeant = newline || byte === this.form.quote || byte === this.form.escape || byte === this.form.delimiter;
    if (!isMeant) out.put(this.form.escape);
    out.put(byte);
  }

  private beginDelimiter(out: RecordBuffer): void {
    if (this.form.delimiterRest.length === 0) {
      this.endCell(out);
      return;
    }
    this.stateBefore = this.state;
    this.state = DELIMITER_SEEN;
    this.matched = 0;
  }

  /** Ends the cell behind the last byte of a delimiter; what only began like one is text of the cell. */
  private matchDelimiter(byte: number, newline: boolean, out: RecordBuffer): void {
    if (byte === this.form.delimiterRest[this.matched]) {
      if (++this.matched === this.form.delimiterRest.length) this.endCell(out);
      return;
    }
    if (this.stateBefore === QUOTE_SEEN) throw textAfterQuote(this.place);
    this.putUnmatched(out);
    this.step(byte, newline, out);
  }

  private putUnmatched(out: RecordBuffer): void {
    out.put(this.form.delimiter);
    for (let index = 0; index < this.matched; index++) out.put(this.form.delimiterRest[index] as number);
    this.state = PLAIN;
  }

  private beginCell(out: RecordBuffer): void {
    if (!this.open) this.beginRecord(out);
    if (this.cells === this.width && this.width > 0) this.extra = this.place;
    out.putSeparator();
    this.quoted = false;
    this.cellStart = out.openBytes;
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
    if (this.form.trims && !this.quoted) out.length -= this.form.blanksBehind(out, out.openBytes - this.cellStart);
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
    if (out.openBytes > this.maxRecordBytes) throw this.tooLarge();
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
    if (++this.blanks > MAX_BLANK_RUN && this.width === 1) throw blankLines(this.place, MAX_BLANK_RUN);
  }

  private tooLarge(): Unreadable {
    return rowTooLarge({ line: this.recordLine, lineStart: this.offset, offset: this.offset }, this.maxRecordBytes);
  }
}
