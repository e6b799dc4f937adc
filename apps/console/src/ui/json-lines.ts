import { isLosslessNumber, parse } from 'lossless-json';

type Kind = 'text' | 'number' | 'word' | 'open' | 'close';

/** One line of JSON as it is shown. */
export interface JsonLine {
  /** The way to the value: `.data.3.region`. */
  path: string;
  depth: number;
  name: string | null;
  kind: Kind;
  text: string;
  /** The number of members inside a line that can be folded. */
  members: number | null;
  comma: boolean;
}

/** Parsed without losing a digit; null for what is no JSON. */
export function parsedJson(text: string): { value: unknown } | null {
  try {
    return { value: parse(text) };
  } catch {
    return null;
  }
}

/** The lines in sight when everything in `folded` is closed. */
export function jsonLines(value: unknown, folded: ReadonlySet<string>): JsonLine[] {
  const lines: JsonLine[] = [];
  const write = (each: unknown, place: { path: string; depth: number; name: string | null; comma: boolean }) => {
    if (typeof each !== 'object' || each === null || isLosslessNumber(each)) {
      lines.push({ ...place, ...leaf(each), members: null });
      return;
    }
    const [open, close] = Array.isArray(each) ? ['[', ']'] : ['{', '}'];
    const entries = Object.entries(each);
    if (entries.length === 0) {
      lines.push({ ...place, kind: 'open', text: `${open}${close}`, members: null });
      return;
    }
    const isFolded = folded.has(place.path);
    const text = isFolded ? `${open}…${close}` : open;
    lines.push({ ...place, kind: 'open', text, members: entries.length, comma: isFolded && place.comma });
    if (isFolded) return;
    entries.forEach(([name, member], index) => {
      write(member, {
        path: `${place.path}.${name}`,
        depth: place.depth + 1,
        name: Array.isArray(each) ? null : name,
        comma: index < entries.length - 1,
      });
    });
    lines.push({ ...place, path: `${place.path}/`, name: null, kind: 'close', text: close, members: null });
  };
  write(value, { path: '', depth: 0, name: null, comma: false });
  return lines;
}

function leaf(value: unknown): { kind: Kind; text: string } {
  if (isLosslessNumber(value)) return { kind: 'number', text: value.toString() };
  if (typeof value === 'string') return { kind: 'text', text: JSON.stringify(value) };
  return { kind: 'word', text: String(value) };
}
