import type { SendBody } from './send-body';

const [QUOTE, BACKSLASH, LINE_FEED] = [0x22, 0x5c, 0x0a];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];

/**
 * How many rows a body seems to hold, without reading any: what a token is charged before they are handed on. Of a body
 * that is broken it may be any number; that one is refused anyway.
 */
export function sentRowCount({ format, bytes }: SendBody): number {
  return format === 'csv' ? csvRecords(bytes) : jsonObjects(bytes);
}

/** Objects that are in no other object. */
function jsonObjects(bytes: Uint8Array): number {
  let depth = 0;
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at);
    else if (byte === OPEN_OBJECT && depth++ === 0) count++;
    else if (byte === CLOSE_OBJECT) depth--;
  }
  return count;
}

function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Lines that are not empty and do not end inside quotes, without the first, which names the fields. */
function csvRecords(bytes: Uint8Array): number {
  let quoted = false;
  let count = 0;
  let lineStart = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    if (at < bytes.length && (quoted || bytes[at] !== LINE_FEED)) continue;
    if (at - lineStart > (bytes[at - 1] === 0x0d ? 1 : 0)) count++;
    lineStart = at + 1;
  }
  return Math.max(0, count - 1);
}
