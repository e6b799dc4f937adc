/** The parts of a moment that fields name. */
type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'hour'
  | 'halfHour'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half';

/** A pattern of date fields as DuckDB reads it, and the texts that it is meant for. */
export interface DatePattern {
  /** For `try_strptime`. */
  format: string;
  /** Regular expression that a whole text has to match, with a group for each part. */
  shape: string;
  parts: readonly Part[];
}

/** Fields of Unicode's LDML (UTS 35, part 4) by their letters, longest first: DuckDB's word, shape, part. */
const fields: readonly [string, string, string, Part][] = [
  ['yyyy', '%Y', '[0-9]{4}', 'year'],
  ['MMMM', '%B', '[A-Za-z]+', 'monthName'],
  ['MMM', '%b', '[A-Za-z]{3}', 'monthName'],
  ['SSSSSS', '%f', '[0-9]{1,6}', 'fraction'],
  ['SSS', '%g', '[0-9]{3}', 'fraction'],
  ['yy', '%y', '[0-9]{2}', 'shortYear'],
  ['MM', '%m', '[0-9]{2}', 'month'],
  ['dd', '%d', '[0-9]{2}', 'day'],
  ['HH', '%H', '[0-9]{2}', 'hour'],
  ['hh', '%I', '[0-9]{2}', 'halfHour'],
  ['mm', '%M', '[0-9]{2}', 'minute'],
  ['ss', '%S', '[0-9]{2}', 'second'],
  ['M', '%m', '[0-9]{1,2}', 'month'],
  ['d', '%d', '[0-9]{1,2}', 'day'],
  ['H', '%H', '[0-9]{1,2}', 'hour'],
  ['h', '%I', '[0-9]{1,2}', 'halfHour'],
  ['a', '%p', '[AaPp][Mm]', 'half'],
];

/** Reads a pattern such as `dd/MM/yyyy HH:mm`; null where it has a letter that means nothing. Text in quotes is itself. */
export function readDatePattern(pattern: string): DatePattern | null {
  let format = '';
  let shape = '';
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; ) {
    const quoted = /^'([^']*)'/.exec(pattern.slice(at));
    const field = quoted ? undefined : fields.find(([letters]) => pattern.startsWith(letters, at));
    const literal = quoted ? (quoted[1] ?? '') : (pattern[at] ?? '');
    if (!field && !quoted && /[A-Za-z]/.test(literal)) return null;
    format += field ? field[1] : literal.replaceAll('%', '%%');
    shape += field ? `(${field[2]})` : literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    if (field) parts.push(field[3]);
    at += field ? field[0].length : quoted ? quoted[0].length : 1;
  }
  return format === '' ? null : { format, shape, parts };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Years of two digits, as DuckDB and POSIX read them: from 1969 to 2068. */
const FIRST_SHORT_YEAR = 69;

/** Writes a text of the pattern as a date, or with its time, by ISO 8601; null where it is none. It may be an impossible day. */
export function isoMoment(text: string, { shape, parts }: DatePattern): string | null {
  const groups = new RegExp(`^${shape}$`).exec(text)?.slice(1);
  if (!groups) return null;
  const found = new Map(parts.map((part, index) => [part, groups[index] ?? '']));
  const two = (number: number) => String(number).padStart(2, '0');
  const short = Number(found.get('shortYear') ?? 0);
  const year = found.get('year') ?? String(short + (short < FIRST_SHORT_YEAR ? 2_000 : 1_900));
  const named = MONTHS.indexOf((found.get('monthName') ?? '').slice(0, 3).toLowerCase()) + 1;
  const month = found.has('monthName') ? named : Number(found.get('month') ?? 1);
  const date = `${year}-${two(month)}-${two(Number(found.get('day') ?? 1))}`;
  if (!found.has('hour') && !found.has('halfHour')) return date;
  const half = (Number(found.get('halfHour') ?? 0) % 12) + (/p/i.test(found.get('half') ?? '') ? 12 : 0);
  const hour = Number(found.get('hour') ?? half);
  const fraction = found.has('fraction') ? `.${found.get('fraction')}` : '';
  return `${date}T${two(hour)}:${two(Number(found.get('minute') ?? 0))}:${two(Number(found.get('second') ?? 0))}${fraction}Z`;
}
