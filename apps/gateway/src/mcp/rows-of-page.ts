import type { ReplyBytes } from '@sluice/messaging/handles';
import { isSafeNumber, parse, stringify } from 'lossless-json';

/** A row twice: as a value, in which a number that would lose digits is a text, and as JSON with all of them. */
export interface TwofoldRow {
  row: Record<string, unknown>;
  line: string;
}

/** A number of fewer digits is the same as a 64-bit float, and a text without line ends stands on one line. */
const NEEDS_CARE = /[\d.]{16}|\d[eE]|[\r\n]/;

/** Reads the rows of a page: a JSON array of objects. */
export function rowsOf(text: string): TwofoldRow[] {
  return splitItems(text).map((item) => {
    if (!NEEDS_CARE.test(item)) return { row: JSON.parse(item), line: item };
    const line = stringify(parse(item)) ?? '';
    return { row: plainRow(line), line };
  });
}

export function plainRow(line: string): Record<string, unknown> {
  const read = (number: string) => (isSafeNumber(number) ? Number(number) : number);
  return parse(line, undefined, read) as Record<string, unknown>;
}

/** Cuts an array of objects apart without reading them. */
function splitItems(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let begin = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isInText) {
      if (char === '\\') at++;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === '{' || char === '[') {
      if (++depth === 2) begin = at;
    } else if (char === '}' || char === ']') {
      if (--depth === 1) items.push(text.slice(begin, at + 1));
    }
  }
  return items;
}

/** Reads the bytes of a page; null where there are more. */
export async function readUpTo(bytes: ReplyBytes, maxBytes: number): Promise<string | null> {
  if (bytes instanceof Uint8Array) return bytes.length > maxBytes ? null : Buffer.from(bytes).toString();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
