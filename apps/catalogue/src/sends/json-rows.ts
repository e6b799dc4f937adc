import { MAX_FIELDS } from '@sluice/contracts/fields';
import type { SentValue } from '@sluice/query/sending/sent-value';
import { JsonFault, type JsonMember, JsonRecordReader } from '../sources/json-record';
import { type SentRow, unreadable } from './sent-rows';

const [OPEN_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA] = [0x7b, 0x5b, 0x5d, 0x2c];
const [QUOTE, LINE_FEED, SMALL_T, SMALL_F, SMALL_N] = [0x22, 0x0a, 0x74, 0x66, 0x6e];
/** More than any dataset has fields, by far. */
const MAX_MEMBERS = 2 * MAX_FIELDS;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The rows of a JSON body: an array of objects, or one object; with `lines` one object after the other (NDJSON). */
export function* jsonRows(body: Buffer, lines: boolean): Generator<SentRow> {
  const text = new JsonBody(body);
  if (lines) {
    for (let index = 0; !text.atEnd(); index++) yield text.row(`/${index}`);
    return;
  }
  if (text.byte() !== OPEN_ARRAY) {
    yield text.row('');
    text.expectEnd();
    return;
  }
  text.skip();
  for (let index = 0; text.byte() !== CLOSE_ARRAY; index++) {
    if (index > 0) text.expectComma();
    yield text.row(`/${index}`);
  }
  text.skip();
  text.expectEnd();
}

/** A place in a JSON text that moves forward. */
class JsonBody {
  private readonly reader = new JsonRecordReader();
  private at: number;
  private line = 1;
  /** Where the line ends; looked for once, since a body may be one line of 10 MB. */
  private lineEnd: number;

  constructor(private readonly body: Buffer) {
    this.at = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    this.lineEnd = this.lineEndFrom(0);
  }

  /** The next byte that is not white space. */
  byte(): number | undefined {
    for (; this.at < this.body.length; this.at++) {
      const byte = this.body[this.at] as number;
      if (byte !== 0x20 && byte !== LINE_FEED && byte !== 0x0d && byte !== 0x09) return byte;
    }
    return undefined;
  }

  atEnd(): boolean {
    return this.byte() === undefined;
  }

  skip(): void {
    this.at++;
  }

  expectComma(): void {
    if (this.byte() !== COMMA) this.fail(this.at, 'a comma between rows or the end of the array is missing');
    this.skip();
  }

  expectEnd(): void {
    if (!this.atEnd()) this.fail(this.at, 'text follows the end');
  }

  row(pointer: string): SentRow {
    if (this.byte() !== OPEN_OBJECT) this.fail(this.at, this.atEnd() ? 'it ends too early' : 'a row is a JSON object');
    const line = this.lineOf(this.at);
    const { reader } = this;
    const { halfSurrogates, nonFinite } = reader;
    this.at = this.read();
    const cells = new Map<string, SentValue | null>();
    if (reader.count > MAX_MEMBERS) {
      const detail = `an object has at most ${MAX_MEMBERS} members`;
      return { pointer, line, cells, fault: { code: 'too_many_members', detail } };
    }
    let repeated: string | undefined;
    for (const member of reader.members.slice(0, reader.count)) {
      const key: string = JSON.parse(reader.text.toString('utf8', member.keyStart, member.keyEnd));
      if (cells.has(key)) repeated = key;
      cells.set(key, this.value(member));
    }
    const fault =
      repeated !== undefined
        ? { code: 'duplicate', detail: `${repeated.slice(0, 100)} is there twice` }
        : reader.halfSurrogates > halfSurrogates
          ? { code: 'invalid_value', detail: 'a text is not valid Unicode' }
          : reader.nonFinite > nonFinite
            ? { code: 'invalid_value', detail: 'NaN and Infinity are no JSON' }
            : undefined;
    return { pointer, line, cells, fault };
  }

  private read(): number {
    try {
      const end = this.reader.read(this.body, this.at);
      return end === -1 ? this.fail(this.body.length, 'it ends too early') : end;
    } catch (error) {
      if (error instanceof JsonFault) this.fail(error.at, error.message);
      throw error;
    }
  }

  private value({ start, end }: JsonMember): SentValue | null {
    const { text } = this.reader;
    const raw = text.toString('utf8', start, end);
    switch (text[start]) {
      case QUOTE:
        return { kind: 'text', text: JSON.parse(raw) };
      case SMALL_N:
        return null;
      case SMALL_T:
      case SMALL_F:
        return { kind: 'boolean', text: raw };
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        return { kind: 'nested', text: raw };
      default:
        return { kind: 'number', text: raw };
    }
  }

  /** Places are asked for in order: each line end is counted once. */
  private lineOf(at: number): number {
    while (this.lineEnd < at) {
      this.line++;
      this.lineEnd = this.lineEndFrom(this.lineEnd + 1);
    }
    return this.line;
  }

  private lineEndFrom(at: number): number {
    const end = this.body.indexOf(LINE_FEED, at);
    return end === -1 ? this.body.length : end;
  }

  private fail(at: number, detail: string): never {
    const line = this.lineOf(at);
    const lineStart = this.body.lastIndexOf(LINE_FEED, Math.max(0, at - 1)) + 1;
    const column = [...this.body.toString('utf8', lineStart, at)].length + 1;
    throw unreadable(`the body is not readable at line ${line}, column ${column}: ${detail}`);
  }
}
