import type { FileHandle } from 'node:fs/promises';

/** A JSON value in a file by its first byte and the byte behind it; `first` is the kind of an array's first element. */
export interface JsonPlace {
  kind: JsonKind;
  start: number;
  end: number;
  first: JsonKind | null;
}
type JsonKind = 'object' | 'array' | 'other';

/** A value and, of an object, its members; `next` is where another value begins behind it. */
export interface ScannedValue extends JsonPlace {
  members: ReadonlyMap<string, JsonPlace>;
  next: number | null;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const CHUNK_BYTES = 64 * 1024;
const MAX_MEMBERS = 1_000;
const MAX_KEY_BYTES = 1_000;

/**
 * Finds the end of the JSON value that begins at a byte of a file, and the members that it has as an object. It only
 * counts brackets: whether the text is JSON at all, its readers see.
 */
export async function scanValue(file: FileHandle, from: number, to = Number.POSITIVE_INFINITY): Promise<ScannedValue> {
  const scan = new ValueScan();
  for (let at = from; at < to && scan.next === null; at += CHUNK_BYTES) {
    const { buffer, bytesRead } = await file.read(
      Buffer.allocUnsafe(CHUNK_BYTES),
      0,
      Math.min(CHUNK_BYTES, to - at),
      at,
    );
    if (bytesRead === 0) break;
    scan.push(buffer.subarray(0, bytesRead), at);
  }
  return scan.result();
}

/** Looks at the beginning of a JSON text as `scanValue` does: the end of what is cut off is not known. */
export function scanBeginning(bytes: Buffer): ScannedValue {
  const scan = new ValueScan();
  scan.push(bytes, 0);
  return scan.result();
}

/** Follows the brackets of one value. */
class ValueScan {
  next: number | null = null;
  private readonly members = new Map<string, JsonPlace>();
  private value: JsonPlace | null = null;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Bytes of the text that may be a key, and the key that stands before a value. */
  private text: number[] = [];
  private key: string | null = null;
  private member: JsonPlace | null = null;
  private isOver = false;
  private at = 0;

  push(bytes: Buffer, base: number): void {
    for (let index = 0; index < bytes.length && this.next === null; index++) {
      this.at = base + index;
      this.take(bytes[index] as number);
    }
    this.at = base + bytes.length;
  }

  result(): ScannedValue {
    const value = this.value ?? { kind: 'other', start: this.at, end: this.at, first: null };
    if (!this.isOver) value.end = this.at;
    return { ...value, members: this.members, next: this.next };
  }

  private take(byte: number): void {
    if (this.inString) {
      this.takeText(byte);
      return;
    }
    if (byte <= 0x20 || byte === 0xfeff) return;
    if (this.isOver) {
      this.next = this.at;
      return;
    }
    if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.close();
    else if (byte === COMMA) this.endMember();
    else if (byte === COLON) this.nameMember();
    else this.begin(byte);
  }

  private takeText(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) {
      this.inString = false;
      if (this.depth === 0) this.isOver = true;
      return;
    }
    if (this.depth === 1 && this.text.length < MAX_KEY_BYTES) this.text.push(byte);
  }

  private begin(byte: number): void {
    const kind = byte === OPEN_OBJECT ? 'object' : byte === OPEN_ARRAY ? 'array' : 'other';
    if (this.value === null) this.value = { kind, start: this.at, end: this.at, first: null };
    else this.note(kind);
    if (kind !== 'other') this.depth++;
    if (byte !== QUOTE) return;
    this.inString = true;
    this.text = [];
  }

  /** Notes the first element of an array, and where the value of a member begins. */
  private note(kind: JsonKind): void {
    if (this.depth === 1 && this.value?.kind === 'array') this.value.first ??= kind;
    if (this.depth === 2 && this.member?.kind === 'array') this.member.first ??= kind;
    if (this.depth !== 1 || this.key === null || this.member) return;
    this.member = { kind, start: this.at, end: this.at, first: null };
    if (this.members.size < MAX_MEMBERS) this.members.set(this.key, this.member);
  }

  private nameMember(): void {
    if (this.depth === 1 && this.value?.kind === 'object') this.key = keyOf(this.text);
  }

  private endMember(): void {
    if (this.depth !== 1) return;
    if (this.member) this.member.end = this.at;
    this.member = null;
    this.key = null;
  }

  private close(): void {
    if (this.depth === 1) this.endMember();
    this.depth--;
    if (this.depth === 1 && this.member) this.member.end = this.at + 1;
    if (this.depth > 0 || !this.value) return;
    this.value.end = this.at + 1;
    this.isOver = true;
  }
}

function keyOf(bytes: readonly number[]): string {
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}
