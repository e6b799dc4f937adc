/** A pattern of date fields as DuckDB reads it, and the texts that it is meant for. */
export interface DatePattern {
  /** For `try_strptime`. */
  format: string;
  /** Regular expression that a whole text has to match. */
  shape: string;
}

/** Fields of Unicode's LDML (UTS 35, part 4) by their letters, longest first: format, shape. */
const fields: readonly [string, string, string][] = [
  ['yyyy', '%Y', '[0-9]{4}'],
  ['MMMM', '%B', '[A-Za-z]+'],
  ['MMM', '%b', '[A-Za-z]{3}'],
  ['SSSSSS', '%f', '[0-9]{1,6}'],
  ['SSS', '%g', '[0-9]{3}'],
  ['yy', '%y', '[0-9]{2}'],
  ['MM', '%m', '[0-9]{2}'],
  ['dd', '%d', '[0-9]{2}'],
  ['HH', '%H', '[0-9]{2}'],
  ['hh', '%I', '[0-9]{2}'],
  ['mm', '%M', '[0-9]{2}'],
  ['ss', '%S', '[0-9]{2}'],
  ['M', '%m', '[0-9]{1,2}'],
  ['d', '%d', '[0-9]{1,2}'],
  ['H', '%H', '[0-9]{1,2}'],
  ['h', '%I', '[0-9]{1,2}'],
  ['a', '%p', '[AaPp][Mm]'],
];

/** Reads a pattern such as `dd/MM/yyyy HH:mm`; null where it has a letter that means nothing. Text in quotes is itself. */
export function readDatePattern(pattern: string): DatePattern | null {
  let format = '';
  let shape = '';
  for (let at = 0; at < pattern.length; ) {
    const quoted = /^'([^']*)'/.exec(pattern.slice(at));
    const field = quoted ? undefined : fields.find(([letters]) => pattern.startsWith(letters, at));
    const literal = quoted ? (quoted[1] ?? '') : (pattern[at] ?? '');
    if (!field && !quoted && /[A-Za-z]/.test(literal)) return null;
    format += field ? field[1] : literal.replaceAll('%', '%%');
    shape += field ? field[2] : literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    at += field ? field[0].length : quoted ? quoted[0].length : 1;
  }
  return format === '' ? null : { format, shape };
}
