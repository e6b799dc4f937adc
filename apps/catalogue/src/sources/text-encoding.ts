import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { refuseFile } from './file-refused';

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_LE_BOM = Buffer.from([0xff, 0xfe]);
const UTF16_BE_BOM = Buffer.from([0xfe, 0xff]);
const NONE = Buffer.alloc(0);

/**
 * Turns a text file into UTF-8 as it comes in. A byte order mark decides; without one the bytes pass through and are
 * checked to the last, because only a whole file can tell UTF-8 from an 8-bit code page (`valid` after `end`).
 */
export class Utf8Normaliser {
  /** False once a byte sequence was met that is not UTF-8. */
  valid = true;
  private started = false;
  private decoder: TextDecoder | null = null;
  private held: Buffer = NONE;

  push(chunk: Buffer): Buffer {
    let bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = NONE;
    if (!this.started) {
      if (bytes.length < UTF8_BOM.length) {
        this.held = bytes;
        return NONE;
      }
      bytes = this.begin(bytes);
    }
    return this.decoder ? this.decode(bytes, true) : this.check(bytes);
  }

  end(): Buffer {
    const rest = this.started ? this.held : this.begin(this.held);
    if (this.decoder) return this.decode(rest, false);
    refuseNul(rest);
    this.valid &&= isUtf8(rest);
    return rest;
  }

  private begin(bytes: Buffer): Buffer {
    this.started = true;
    if (startsWith(bytes, UTF8_BOM)) return bytes.subarray(UTF8_BOM.length);
    if (startsWith(bytes, UTF16_LE_BOM)) this.decoder = new TextDecoder('utf-16le', { fatal: true });
    else if (startsWith(bytes, UTF16_BE_BOM)) this.decoder = new TextDecoder('utf-16be', { fatal: true });
    return bytes;
  }

  private decode(bytes: Buffer, stream: boolean): Buffer {
    let text: string;
    try {
      text = this.decoder?.decode(bytes, { stream }) ?? '';
    } catch {
      refuseFile('invalid_encoding', 'The file has a UTF-16 byte order mark but is not valid UTF-16.');
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

/** Decodes a file that is not UTF-8, chunk by chunk, as Windows-1252: every byte means something in it, Latin-1 included. */
export function windows1252Decoder(): (chunk: Buffer) => Buffer {
  const decoder = new TextDecoder('windows-1252');
  return (chunk) => Buffer.from(decoder.decode(chunk, { stream: true }));
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
