import type { FileHandle } from 'node:fs/promises';
import { refuseFile } from './file-refused';
import { MAX_RECORD_BYTES } from './staging-buffer';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const CHUNK_BYTES = 64 * 1024;

/** Gives the elements of the array between two bytes of a file one by one, each as it is written. */
export async function* elementsOf(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  // Behind the bracket that opens the array, and without the one that closes it.
  let rest: Buffer = Buffer.alloc(0);
  for (let at = start + 1; at < end - 1; ) {
    const { buffer, bytesRead } = await file.read(
      Buffer.allocUnsafe(CHUNK_BYTES),
      0,
      Math.min(CHUNK_BYTES, end - 1 - at),
      at,
    );
    if (bytesRead === 0) break;
    at += bytesRead;
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const parts = splitAtCommas(bytes);
    rest = parts.pop() ?? rest;
    if (rest.length > MAX_RECORD_BYTES) refuseFile('row_too_large', `A row is larger than ${MAX_RECORD_BYTES} bytes.`);
    yield* parts.map(trimmed);
  }
  const last = trimmed(rest);
  if (last.length > 0) yield last;
}

/** Splits an array as it is written into its elements. */
export function splitArray(bytes: Buffer): Buffer[] {
  const inner = trimmed(bytes.subarray(1, -1));
  return inner.length === 0 ? [] : splitAtCommas(inner).map(trimmed);
}

/** Splits an object as it is written into its members: the key and the value of each, as they are written. */
export function splitObject(bytes: Buffer): [key: Buffer, value: Buffer][] {
  return splitArray(bytes).map((member) => {
    const colon = separatorAt(member, COLON);
    return [trimmed(member.subarray(0, colon)), trimmed(member.subarray(colon + 1))];
  });
}

/** Tells whether a value as it is written is an array, or an object. */
export const isArrayText = (bytes: Buffer | undefined): bytes is Buffer => bytes?.[0] === OPEN_ARRAY;
export const isObjectText = (bytes: Buffer | undefined): bytes is Buffer => bytes?.[0] === OPEN_OBJECT;

/** Splits at the commas that stand in no brackets; what follows the last one comes last. */
function splitAtCommas(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0; ; ) {
    const comma = separatorAt(bytes, COMMA, from);
    if (comma === -1) return [...parts, bytes.subarray(from)];
    parts.push(bytes.subarray(from, comma));
    from = comma + 1;
  }
}

/** The next such byte that stands neither in brackets nor in a text. */
function separatorAt(bytes: Buffer, separator: number, from = 0): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
      if (at === -1) return -1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    else if (byte === separator && depth === 0) return at;
  }
  return -1;
}

function endOfText(bytes: Buffer, open: number): number {
  for (let at = open + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return -1;
}

function trimmed(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length];
  while (from < to && (bytes[from] as number) <= 0x20) from++;
  while (to > from && (bytes[to - 1] as number) <= 0x20) to--;
  return bytes.subarray(from, to);
}
