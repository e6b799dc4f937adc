import { MAX_FIELDS } from '@sluice/contracts/fields';
import { MAX_FAULTS } from './file-refused';
import { MAX_STAGED_BYTES, ScanFailed, type SourceFault, type SourceScanner } from './source-scanner';
import { ESCAPE, escapeDigits, type StagingBuffer, UNIT_SEPARATOR } from './staging-buffer';

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const FIELD_START = 0;
const PLAIN = 1;
const QUOTED = 2;
const QUOTE_SEEN = 3;

/** A byte of input becomes at most this many of output: an escape, or a row of its own with its prefix. */
const MAX_GROWTH = 48;
const MAX_BLANK_RUN = 100_000;

export interface CsvOptions {
  /** One ASCII character. */
  delimiter: string;
  header: boolean;
}

/**
 * Reads CSV by RFC 4180 and takes LF, CRLF and CR for line ends, mixed as they come. An unquoted empty field is null, a
 * quoted one is empty text; a quote inside an unquoted field is itself. Blank lines are skipped, except that in a file
 * of one column each is a null, save for those at the end.
 */
export class CsvScanner implements SourceScanner {
  labels: string[] = [];
  rows = 0;
  readonly warnings: string[] = [];
  readonly delimiter: string;
  private readonly delimiterByte: number;
  private headerPending: boolean;
  private readonly faults: SourceFault[] = [];
  private state = FIELD_START;
  private quoted = false;
  private fields = 0;
  private open = false;
  private blanks = 0;
  private afterReturn = false;
  private line = 1;
  private lineStart = 0;
  private offset = 0;
  private recordLine = 1;
  private extra: SourceFault | null = null;
  private cellStart = 0;
  private openedQuote = { line: 1, lineStart: 0, offset: 0 };
  /** Bytes that the rest of a chunk may still need in the buffer. */
  private room = 0;
  private readonly plainStops: Uint8Array;
  private readonly quotedStops: Uint8Array;
  private readonly startStops: Uint8Array;

  constructor(options: CsvOptions) {
    this.delimiter = options.delimiter;
    this.delimiterByte = options.delimiter.charCodeAt(0);
    this.headerPending = options.header;
    this.plainStops = stopsAt(this.delimiterByte);
    this.quotedStops = stopsAt(QUOTE);
    this.startStops = stopsAt(this.delimiterByte, QUOTE);
  }

  push(chunk: Buffer, out: StagingBuffer): void {
    this.room = chunk.length * MAX_GROWTH;
    out.reserve(this.room);
    const base = this.offset;
    for (let i = 0; i < chunk.length; i++) {
      // Most fields begin in the middle of a record with a character that means nothing else.
      if (this.state === FIELD_START && this.open && this.startStops[chunk[i] as number] === 0) {
        this.offset = base + i;
        this.beginField(out);
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
      if (this.state === PLAIN && byte === this.delimiterByte) {
        this.afterReturn = false;
        this.endField(out);
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
    if (this.open && out.openBytes > MAX_STAGED_BYTES) this.fail(this.tooLarge());
  }

  end(out: StagingBuffer): void {
    out.reserve(MAX_GROWTH);
    if (this.open) {
      if (this.state === QUOTED) {
        this.fail({ ...this.openedQuote, code: 'open_quote', detail: 'A quoted field is never closed.' });
      }
      this.endRecord(out);
    }
    if (this.faults.length > 0) throw new ScanFailed(this.faults);
    if (this.labels.length === 0) {
      throw new ScanFailed([{ ...this.here(), code: 'empty_file', detail: 'The file holds no header and no row.' }]);
    }
  }

  private step(byte: number, newline: boolean, out: StagingBuffer): void {
    switch (this.state) {
      case QUOTED:
        if (byte === QUOTE) this.state = QUOTE_SEEN;
        else put(byte, out);
        return;
      case QUOTE_SEEN:
        if (byte === QUOTE) {
          out.bytes[out.length++] = QUOTE;
          this.state = QUOTED;
          return;
        }
        if (byte !== this.delimiterByte && !newline) {
          this.fail({ ...this.here(), code: 'text_after_quote', detail: 'A closing quote is followed by more text.' });
        }
        break;
      case FIELD_START:
        if (newline && !this.open) {
          this.skipBlank();
          return;
        }
        this.beginField(out);
        if (byte === QUOTE) {
          this.quoted = true;
          this.state = QUOTED;
          this.openedQuote = { line: this.line, lineStart: this.lineStart, offset: this.offset };
          return;
        }
        this.state = PLAIN;
        break;
    }
    if (byte === this.delimiterByte) this.endField(out);
    else if (newline) this.endRecord(out);
    else put(byte, out);
  }

  private beginField(out: StagingBuffer): void {
    if (!this.open) this.beginRecord(out);
    if (this.fields === this.labels.length && !this.headerPending && this.labels.length > 0) this.extra = this.here();
    out.bytes[out.length++] = UNIT_SEPARATOR;
    this.quoted = false;
    this.cellStart = out.openBytes;
  }

  private beginRecord(out: StagingBuffer): void {
    // Blank lines between the rows of a single column were nulls after all.
    if (this.labels.length === 1 && !this.headerPending) {
      out.reserve(this.blanks * MAX_GROWTH + this.room);
      for (let blank = this.blanks; blank > 0; blank--) {
        out.beginRow(this.line - blank, this.offset);
        out.bytes[out.length++] = UNIT_SEPARATOR;
        out.endRow();
        this.rows++;
      }
    }
    this.blanks = 0;
    this.open = true;
    this.recordLine = this.line;
    this.extra = null;
    out.beginRow(this.line, this.offset);
  }

  private endField(out: StagingBuffer): void {
    if (this.quoted && out.openBytes === this.cellStart) out.emptyText();
    this.fields++;
    this.state = FIELD_START;
  }

  private endRecord(out: StagingBuffer): void {
    // A delimiter just before the end of the line opens one more, empty field.
    if (this.state === FIELD_START) this.beginField(out);
    this.endField(out);
    this.open = false;
    const fields = this.fields;
    this.fields = 0;
    if (out.openBytes > MAX_STAGED_BYTES) this.fail(this.tooLarge());
    if (this.labels.length === 0) {
      if (this.takeLabels(fields, out)) return;
    }
    if (fields === this.labels.length) {
      out.endRow();
      this.rows++;
      return;
    }
    out.dropRow();
    const detail = `The row has ${fields} fields where ${this.labels.length} are expected.`;
    this.faults.push({ ...(this.extra ?? this.here()), code: 'wrong_field_count', detail });
    if (this.faults.length >= MAX_FAULTS) throw new ScanFailed(this.faults);
  }

  /** Names the columns after the first record; true when it was the header and no row. */
  private takeLabels(fields: number, out: StagingBuffer): boolean {
    if (fields > MAX_FIELDS) {
      const detail = `The file has ${fields} columns; at most ${MAX_FIELDS} are possible.`;
      this.fail({ ...this.here(), line: this.recordLine, code: 'too_many_columns', detail });
    }
    const cells = out.openCells();
    this.labels = cells.map((cell, index) => (this.headerPending ? (cell ?? '') : `column_${index + 1}`));
    if (!this.headerPending) return false;
    this.headerPending = false;
    this.blanks = 0;
    out.dropRow();
    return true;
  }

  private skipBlank(): void {
    this.blanks++;
    if (this.labels.length !== 1 || this.blanks <= MAX_BLANK_RUN) return;
    this.fail({
      ...this.here(),
      code: 'blank_lines',
      detail: `More than ${MAX_BLANK_RUN} blank lines follow each other.`,
    });
  }

  private here(): SourceFault {
    return { line: this.line, lineStart: this.lineStart, offset: this.offset, code: '', detail: '' };
  }

  private tooLarge(): SourceFault {
    const detail = `The row is larger than ${MAX_STAGED_BYTES} bytes; perhaps a quote is never closed.`;
    return { ...this.here(), line: this.recordLine, lineStart: this.offset, code: 'row_too_large', detail };
  }

  private fail(fault: SourceFault): never {
    throw new ScanFailed([...this.faults, fault]);
  }
}

/** Marks the bytes at which a run of plain or quoted text cannot be copied on. */
function stopsAt(...ends: number[]): Uint8Array {
  const stops = Uint8Array.from(escapeDigits);
  for (const end of ends) stops[end] = 1;
  return stops;
}

function put(byte: number, out: StagingBuffer): void {
  const digit = escapeDigits[byte] as number;
  if (digit !== 0) {
    out.bytes[out.length++] = ESCAPE;
    out.bytes[out.length++] = digit;
  } else {
    out.bytes[out.length++] = byte;
  }
}
