import { MAX_FIELDS } from '@sluice/contracts/fields';
import { JsonFault, type JsonMember, JsonRecordReader } from './json-record';
import { MAX_RECORD_BYTES, MAX_STAGED_BYTES, ScanFailed, type SourceScanner } from './source-scanner';
import { type StagingBuffer, UNIT_SEPARATOR } from './staging-buffer';

const [OPEN_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA, LINE_FEED] = [0x7b, 0x5b, 0x5d, 0x2c, 0x0a];
const NOTHING = Buffer.alloc(0);
const NULL = 'null';

type Expects = 'array' | 'first' | 'comma' | 'record' | 'end';

/**
 * Reads an array of objects, or with `lines` objects one after the other (NDJSON). A column appears when its key is met
 * for the first time; cells are staged as they are written in JSON, null like a missing key. Of a key that an object
 * holds twice the last one counts.
 */
export class JsonScanner implements SourceScanner {
  readonly labels: string[] = [];
  rows = 0;
  private readonly reader = new JsonRecordReader();
  private readonly columns = new Map<string, number>();
  private readonly keysInOrder: string[] = [];
  private readonly cellOf: (JsonMember | undefined)[] = [];
  private readonly rowOf: number[] = [];
  private expects: Expects;
  private buffer: Buffer = NOTHING;
  private base = 0;
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private nextNewline = -1;

  constructor(private readonly lines: boolean) {
    this.expects = lines ? 'record' : 'array';
  }

  get warnings(): string[] {
    const { nonFinite, halfSurrogates } = this.reader;
    const told: string[] = [];
    if (nonFinite > 0) told.push(`${nonFinite} NaN or Infinity inside nested values became null.`);
    if (halfSurrogates > 0) told.push(`${halfSurrogates} texts held half a surrogate pair, which became U+FFFD.`);
    return told;
  }

  push(chunk: Buffer, out: StagingBuffer): void {
    this.moveTo(this.at);
    const rest = this.buffer.subarray(this.at);
    this.base += this.at;
    this.buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    this.at = 0;
    this.nextNewline = this.buffer.indexOf(LINE_FEED);
    this.scan(out);
    if (this.buffer.length - this.at > MAX_RECORD_BYTES) this.failTooLarge(MAX_RECORD_BYTES);
  }

  end(): void {
    const complete = this.lines ? this.at >= this.buffer.length : this.expects === 'end';
    if (!complete) this.fail(this.buffer.length, 'malformed_json', 'The JSON is broken: the file ends too early.');
    if (this.labels.length > 0) return;
    this.fail(this.buffer.length, 'no_columns', 'The file holds no object with a key, so there are no columns.');
  }

  private scan(out: StagingBuffer): void {
    for (;;) {
      this.skipSpace();
      if (this.at >= this.buffer.length) return;
      const byte = this.buffer[this.at];
      if (this.expects === 'array') {
        if (byte !== OPEN_ARRAY) this.fail(this.at, 'not_an_array', 'A JSON file must be an array of objects.');
        this.expects = 'first';
        this.at++;
      } else if (byte === CLOSE_ARRAY && (this.expects === 'first' || this.expects === 'comma')) {
        this.expects = 'end';
        this.at++;
      } else if (this.expects === 'comma') {
        if (byte !== COMMA)
          this.fail(this.at, 'malformed_json', 'The JSON is broken: a comma between rows is missing.');
        this.expects = 'record';
        this.at++;
      } else if (this.expects === 'end') {
        this.fail(this.at, 'malformed_json', 'The JSON is broken: text follows the end of the array.');
      } else {
        if (byte !== OPEN_OBJECT) this.fail(this.at, 'not_an_object', 'Every row must be a JSON object.');
        if (!this.record(out)) return;
        this.expects = this.lines ? 'record' : 'comma';
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

  /** Reads and stages one row; false when the rest of it is still to come. */
  private record(out: StagingBuffer): boolean {
    let end: number;
    try {
      end = this.reader.read(this.buffer, this.at);
    } catch (error) {
      if (error instanceof JsonFault) this.fail(error.at, error.code, error.message);
      throw error;
    }
    if (end === -1) return false;
    if (this.reader.length > MAX_STAGED_BYTES) this.failTooLarge(MAX_STAGED_BYTES);
    this.moveTo(this.at);
    this.stage(out);
    this.at = end;
    this.rows++;
    return true;
  }

  private stage(out: StagingBuffer): void {
    const { members, count, text, length } = this.reader;
    let last = -1;
    for (let index = 0; index < count; index++) {
      const member = members[index] as JsonMember;
      const column = this.columnOf(member, index);
      this.cellOf[column] = member;
      this.rowOf[column] = this.rows;
      if (column > last) last = column;
    }
    out.beginRow(this.line, this.base + this.at);
    out.reserve(length + last + 2);
    for (let column = 0; column <= last; column++) {
      out.bytes[out.length++] = UNIT_SEPARATOR;
      const cell = this.cellOf[column];
      if (!cell || this.rowOf[column] !== this.rows) continue;
      if (cell.end - cell.start === NULL.length && text[cell.start] === 0x6e) continue;
      out.length += text.copy(out.bytes, out.length, cell.start, cell.end);
    }
    out.endRow();
  }

  /** Rows mostly have their keys in one order, so the key at the same place of an earlier row is tried first. */
  private columnOf(member: JsonMember, index: number): number {
    const { text } = this.reader;
    const key = text.toString('latin1', member.keyStart, member.keyEnd);
    if (this.keysInOrder[index] === key) return index;
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    const label: string = JSON.parse(text.toString('utf8', member.keyStart, member.keyEnd));
    // The same key may be written with and without escapes.
    const same = this.labels.indexOf(label);
    const column = same === -1 ? this.labels.length : same;
    if (column >= MAX_FIELDS) {
      this.fail(member.at, 'too_many_columns', `The file has more than ${MAX_FIELDS} different keys.`);
    }
    if (same === -1) {
      this.labels.push(label);
      this.keysInOrder.push(key);
    }
    this.columns.set(key, column);
    return column;
  }

  /** Counts lines up to a place behind the last one that was asked for. */
  private moveTo(place: number): void {
    while (this.nextNewline !== -1 && this.nextNewline < place) {
      this.line++;
      this.lineStart = this.base + this.nextNewline + 1;
      this.nextNewline = this.buffer.indexOf(LINE_FEED, this.nextNewline + 1);
    }
  }

  private failTooLarge(bytes: number): never {
    this.fail(this.at, 'row_too_large', `The row is larger than ${bytes} bytes.`);
  }

  private fail(place: number, code: string, detail: string): never {
    this.moveTo(place);
    const { line, lineStart } = this;
    throw new ScanFailed([{ line, lineStart, offset: this.base + place, code, detail }]);
  }
}
