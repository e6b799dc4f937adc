import { JsonFault, JsonObjectReader } from './json-object';
import { type Place, Unreadable } from './unreadable';

const [OPEN_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA, LINE_FEED] = [0x7b, 0x5b, 0x5d, 0x2c, 0x0a];
const NOTHING = Buffer.alloc(0);

export interface JsonOptions {
  /** Objects one after the other (NDJSON), instead of an array of objects. */
  lines?: boolean;
  /** One object without an array around it is a row, too. */
  single?: boolean;
  /** A row may take so much of the text, white space included; without, it may be of any length. */
  maxRecordBytes?: number;
}

/** Takes what a JsonReader finds, in the order of the text. What it throws ends the reading; a JsonFault gets its place. */
export interface JsonSink {
  /** Takes the object that was read, and stands in the reader until the next one. A single one is in no array. */
  object(object: JsonObjectReader, line: number, offset: number, isSingle: boolean): void;
}

type Expects = 'start' | 'first' | 'comma' | 'row' | 'end';

/** Reads the objects of a JSON text, row by row. Throws Unreadable, at `end` at the latest. */
export class JsonReader {
  private readonly object = new JsonObjectReader();
  private readonly lines: boolean;
  private readonly single: boolean;
  private readonly maxRecordBytes: number;
  private expects: Expects;
  /** The bytes that were pushed and are not read yet, and how many there have to be before it is worth reading on. */
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private wantedBytes = 0;
  private buffer: Buffer = NOTHING;
  /** The place of the buffer in the text, and the next byte to be read in the buffer. */
  private base = 0;
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private nextNewline = -1;

  constructor(
    private readonly sink: JsonSink,
    { lines = false, single = false, maxRecordBytes = Number.POSITIVE_INFINITY }: JsonOptions = {},
  ) {
    this.lines = lines;
    this.single = single;
    this.maxRecordBytes = maxRecordBytes;
    this.expects = lines ? 'row' : 'start';
  }

  /** The place where the text that was pushed ends. */
  get place(): Place {
    return this.placeOf(this.buffer.length);
  }

  /** Reads the next bytes of the text, which must not change afterwards. */
  push(chunk: Buffer): void {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.pendingBytes < this.wantedBytes) return;
    this.readPending();
    const rest = this.buffer.length - this.at;
    if (rest > this.maxRecordBytes) {
      this.fail(this.at, 'row_too_large', `The row is larger than ${this.maxRecordBytes} bytes.`);
    }
    // An object is read from its beginning each time: twice as much by then keeps that linear.
    this.wantedBytes = Math.min(2 * rest, this.maxRecordBytes + 1);
  }

  /** Reads what is still open: nothing follows. */
  end(): void {
    this.readPending();
    const isComplete = this.lines ? this.at >= this.buffer.length : this.expects === 'end';
    if (!isComplete) this.failMalformed(this.buffer.length, 'it ends too early');
  }

  private readPending(): void {
    const [only = NOTHING, ...more] = this.pending;
    this.moveTo(this.at);
    this.base += this.at;
    this.buffer = more.length === 0 ? only : Buffer.concat(this.pending);
    this.at = 0;
    this.nextNewline = this.buffer.indexOf(LINE_FEED);
    this.read();
    const rest = this.buffer.subarray(this.at);
    this.pending = rest.length > 0 ? [rest] : [];
    this.pendingBytes = rest.length;
  }

  private read(): void {
    for (;;) {
      this.skipSpace();
      if (this.at >= this.buffer.length) return;
      const byte = this.buffer[this.at];
      if (this.expects === 'start' && byte === OPEN_ARRAY) {
        this.expects = 'first';
        this.at++;
      } else if (byte === CLOSE_ARRAY && (this.expects === 'first' || this.expects === 'comma')) {
        this.expects = 'end';
        this.at++;
      } else if (this.expects === 'comma') {
        if (byte !== COMMA) this.failMalformed(this.at, 'a comma between rows is missing');
        this.expects = 'row';
        this.at++;
      } else if (this.expects === 'end') {
        this.failMalformed(this.at, `text follows the end of the ${this.single ? 'rows' : 'array'}`);
      } else if (this.expects === 'start' && !this.single) {
        this.fail(this.at, 'not_an_array', 'A JSON file must be an array of objects.');
      } else {
        if (byte !== OPEN_OBJECT) this.fail(this.at, 'not_an_object', 'Every row must be a JSON object.');
        if (!this.readRow()) return;
      }
    }
  }

  private skipSpace(): void {
    const { buffer } = this;
    for (; this.at < buffer.length; this.at++) {
      const byte = buffer[this.at];
      if (byte !== 0x20 && byte !== LINE_FEED && byte !== 0x0d && byte !== 0x09) return;
    }
  }

  /** Reads one row and hands it on; false when the rest of it is still to come. */
  private readRow(): boolean {
    try {
      const end = this.object.read(this.buffer, this.at);
      if (end === -1) return false;
      this.moveTo(this.at);
      this.sink.object(this.object, this.line, this.base + this.at, this.expects === 'start');
      this.at = end;
    } catch (error) {
      if (error instanceof JsonFault) this.fail(error.at, error.code, error.message);
      throw error;
    }
    if (!this.lines) this.expects = this.expects === 'start' ? 'end' : 'comma';
    return true;
  }

  /** Counts lines up to a place behind the last one that was asked for. */
  private moveTo(place: number): void {
    while (this.nextNewline !== -1 && this.nextNewline < place) {
      this.line++;
      this.lineStart = this.base + this.nextNewline + 1;
      this.nextNewline = this.buffer.indexOf(LINE_FEED, this.nextNewline + 1);
    }
  }

  private placeOf(at: number): Place {
    this.moveTo(at);
    return { line: this.line, lineStart: this.lineStart, offset: this.base + at };
  }

  private failMalformed(at: number, detail: string): never {
    this.fail(at, 'malformed_json', `The JSON is broken: ${detail}.`);
  }

  private fail(at: number, code: string, detail: string): never {
    throw new Unreadable([{ ...this.placeOf(at), code, detail }]);
  }
}
