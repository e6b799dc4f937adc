/** Writes any text as a string of its language, out of which nothing of it gets. */
export type Literal = (text: string) => string;

const PRINTABLE = /[ -~]/;
/** Half of a pair is no character: no language can hold it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** As many characters as fit into a line when each of them is escaped. */
const R_PIECE = /.{1,300}/gsu;

/** Writes a text between double quotes: printable ASCII as it is or by an escape of its own, all else by `other`. */
function quoted(escapes: Readonly<Record<string, string>>, other: (character: string) => string): Literal {
  const written = (character: string) =>
    escapes[character] ?? (PRINTABLE.test(character) ? character : other(character));
  return (text) => `"${Array.from(text.replace(LONE_SURROGATE, '\ufffd'), written).join('')}"`;
}

const backslashes = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** `\u00e9`, and two of them for what is beyond 16 bits. */
function byUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join('');
}

/** `\u00e9`, and `\U0001f600` for what is beyond 16 bits. */
function byCodePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

/** `\u{e9}` */
function inBraces(character: string): string {
  return `\\u{${hex(character.codePointAt(0) ?? 0, 1)}}`;
}

export const inScript = quoted(backslashes, byUnits);
export const inPython = quoted(backslashes, byCodePoint);
export const inGo = quoted(backslashes, byCodePoint);
export const inCsharp = quoted(backslashes, byUnits);
export const inKotlin = quoted({ ...backslashes, $: '\\$' }, byUnits);
export const inSwift = quoted(backslashes, inBraces);
export const inPhp = quoted({ ...backslashes, $: '\\$' }, inBraces);

/** R loses its place in escapes of lines beyond 4,096 characters: long texts are put together. */
export const inR: Literal = (text) => {
  const pieces = text.match(R_PIECE) ?? [''];
  const written = pieces.map(quoted(backslashes, byCodePoint));
  return written.length === 1 ? written.join() : `paste0(\n  ${written.join(',\n  ')}\n)`;
};

/** Java reads `\u000a` as a line end before it looks for literals: what is below 128 is written in octal. */
export const inJava = quoted(backslashes, (character) => {
  const code = character.charCodeAt(0);
  return code < 0x80 ? `\\${code.toString(8).padStart(3, '0')}` : byUnits(character);
});

/** PowerShell takes typographic quotes for quotes, and knows `u{…} only since release 6. */
export const inPowershell = quoted({ '`': '``', '"': '`"', $: '`$' }, (character) =>
  Array.from({ length: character.length }, (_, at) => `$([char]0x${hex(character.charCodeAt(at), 4)})`).join(''),
);

/** Power Query's M: a quote is doubled, `#(…)` stands for a character. */
export const inPowerQuery = quoted({ '"': '""', '#': '#(#)' }, (character) => {
  const code = character.codePointAt(0) ?? 0;
  return `#(${hex(code, code > 0xffff ? 8 : 4)})`;
});

/** Any shell: nothing is special between apostrophes but the apostrophe itself. */
export const inShell: Literal = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** SQL: an apostrophe is doubled. DuckDB's command line reads scripts by lines, so that line ends are escaped. */
export const inSql: Literal = (text) => {
  const doubled = text.replaceAll("'", "''");
  if (!/[\r\n]/.test(text)) return `'${doubled}'`;
  return `E'${doubled.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n')}'`;
};
