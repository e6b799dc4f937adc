import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { refuseFile } from '../sources/file-refused';

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_LE_BOM = Buffer.from([0xff, 0xfe]);
const UTF16_BE_BOM = Buffer.from([0xfe, 0xff]);
const NONE = Buffer.alloc(0);

/** Gives the WHATWG's name of an encoding; refuses a label that names none. */
export function encodingOf(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    const detail = `There is no encoding ${label.slice(0, 40)}; write utf-8, utf-16le, windows-1252, windows-1251 …`;
    refuseFile('unknown_encoding', detail, { name: 'encoding' });
  }
}

/** Finds the encoding that a text shows by its first bytes: a byte order mark, or the zeros of UTF-16. */
export function encodingAtBegin(begin: Buffer): { encoding: string; isMarked: boolean } | null {
  if (startsWith(begin, UTF8_BOM)) return { encoding: 'utf-8', isMarked: true };
  if (startsWith(begin, UTF16_LE_BOM)) return { encoding: 'utf-16le', isMarked: true };
  if (startsWith(begin, UTF16_BE_BOM)) return { encoding: 'utf-16be', isMarked: true };
  const [even, odd] = zerosOf(begin);
  const many = Math.max(4, begin.length / 5);
  if (odd > many && even < odd / 10) return { encoding: 'utf-16le', isMarked: false };
  if (even > many && odd < even / 10) return { encoding: 'utf-16be', isMarked: false };
  return null;
}

function zerosOf(bytes: Buffer): [even: number, odd: number] {
  const zeros: [number, number] = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2 === 0 ? 0 : 1]++;
  });
  return zeros;
}

/**
 * Turns a text into UTF-8 as it comes in. What is taken for UTF-8 passes through and is checked to the last byte, because
 * only a whole file can tell UTF-8 from an 8-bit code page (`valid` after `end`).
 */
export class Utf8Normaliser {
  /** False once a byte sequence was met that is not UTF-8. */
  valid = true;
  private readonly decoder: TextDecoder | null;
  private isStarted = false;
  private held: Buffer = NONE;

  constructor(encoding: string) {
    const isStrict = encoding.startsWith('utf-16');
    this.decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding, { fatal: isStrict });
  }

  push(chunk: Buffer): Buffer {
    if (this.decoder) return this.decode(chunk, true);
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = NONE;
    if (!this.isStarted && bytes.length < UTF8_BOM.length) {
      this.held = bytes;
      return NONE;
    }
    return this.check(this.withoutMark(bytes));
  }

  end(): Buffer {
    if (this.decoder) return this.decode(NONE, false);
    const rest = this.withoutMark(this.held);
    refuseNul(rest);
    this.valid &&= isUtf8(rest);
    return rest;
  }

  private withoutMark(bytes: Buffer): Buffer {
    if (this.isStarted) return bytes;
    this.isStarted = true;
    return startsWith(bytes, UTF8_BOM) ? bytes.subarray(UTF8_BOM.length) : bytes;
  }

  private decode(bytes: Buffer, stream: boolean): Buffer {
    let text: string;
    try {
      text = this.decoder?.decode(bytes, { stream }) ?? '';
    } catch {
      refuseFile('invalid_encoding', 'The file seems to be UTF-16 but is not valid. Save it as UTF-8.');
    }
    const utf8 = Buffer.from(text);
    refuseNul(utf8);
    return utf8;
  }

  private check(bytes: Buffer): Buffer {
    refuseNul(bytes);
    if (!this.valid) return bytes;
    const complete = bytes.length - openTail(bytes);
    this.held = Buffer.from(bytes.subarray(complete));
    const whole = bytes.subarray(0, complete);
    this.valid = isUtf8(whole);
    return whole;
  }
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

function refuseNul(bytes: Buffer): void {
  if (!bytes.includes(0)) return;
  refuseFile(
    'binary_content',
    'The file holds zero bytes, so it is not plain text. Check the format, or save it as UTF-8 or as UTF-16 with a byte order mark.',
  );
}

/** Counts the bytes at the end (0 to 3) that begin a UTF-8 sequence which goes on in the next chunk. */
function openTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
