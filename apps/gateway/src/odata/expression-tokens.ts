import { unreadable } from './odata-fault';

/** The kinds of values that an expression can be written with (OData 4.0 ABNF, `primitiveLiteral`). */
export type LiteralType = 'null' | 'boolean' | 'text' | 'number' | 'date' | 'datetime' | 'time' | 'guid';

/** One word of an expression: a value, a name, or a sign. */
export type Token =
  | { kind: 'literal'; type: LiteralType; text: string; at: number }
  | { kind: 'name' | 'sign' | 'end'; text: string; at: number };

/** Longest first: a date begins as a number does. A value ends where no letter, digit, point or colon follows. */
const END = String.raw`(?![\w.:])`;
const patterns: readonly (readonly [LiteralType | 'name' | 'sign', RegExp])[] = [
  ['text', /'((?:[^']|'')*)'/y],
  ['datetime', new RegExp(String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)${END}`, 'iy')],
  ['guid', new RegExp(String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}${END}`, 'iy')],
  ['date', new RegExp(String.raw`-?\d{4}-\d\d-\d\d${END}`, 'y')],
  ['time', new RegExp(String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?${END}`, 'y')],
  ['number', new RegExp(String.raw`[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|INF|NaN)${END}`, 'iy')],
  ['name', /\$?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy],
  ['sign', /[(),/:@*;=]/y],
];
const SPACE = /[ \t]*/y;
const WORDS: Readonly<Record<string, LiteralType>> = {
  null: 'null',
  true: 'boolean',
  false: 'boolean',
  INF: 'number',
  NaN: 'number',
};

/** Takes an expression apart. Throws `invalid_query` at the first character that begins no word. */
export function tokensOf(text: string, option: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const found = tokenAt(text, at);
    if (!found) throw unreadable(option, `there is nothing to read at character ${at + 1}: ${text.slice(at, at + 40)}`);
    tokens.push(found.token);
    at = skipSpace(text, found.end);
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function tokenAt(text: string, at: number): { token: Token; end: number } | null {
  for (const [type, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) continue;
    const end = pattern.lastIndex;
    const [whole, inner] = found;
    const literal = type === 'name' ? (Object.hasOwn(WORDS, whole) ? WORDS[whole] : undefined) : type;
    if (literal === undefined || type === 'sign')
      return { token: { kind: type === 'sign' ? type : 'name', text: whole, at }, end };
    const value = type === 'text' ? (inner ?? '').replaceAll("''", "'") : whole;
    return { token: { kind: 'literal', type: literal as LiteralType, text: value, at }, end };
  }
  return null;
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
}
