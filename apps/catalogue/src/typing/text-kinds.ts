/** The kinds that a text can be taken for. They are bits, so that one aggregate tells all that occur in a column. */
export const kind = {
  integer: 1,
  /** More digits than 64 bits hold, at most 38. */
  bigInteger: 2,
  /** A number with a point or an exponent. */
  fraction: 4,
  /** NaN and the infinities. */
  notFinite: 8,
  boolean: 16,
  date: 32,
  datetime: 64,
  time: 128,
  text: 256,
  /** An object or array of a JSON source. */
  nested: 512,
} as const;

/** The kinds of finite numbers. */
export const NUMBERS = kind.integer | kind.bigInteger | kind.fraction;

const MAX_DIGITS = 38;
const INTEGER = '-?[1-9][0-9]*';
// No leading plus, no leading zeros: such columns hold codes, not quantities.
const NUMBER = '-?(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?';
/** From 0001-01-01 to 9999-12-31: RE2 knows no look-ahead to leave out the year 0. */
const YEAR = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])';
const DATE = `${YEAR}-[0-9]{2}-[0-9]{2}`;
const CLOCK = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,6})?)?';
const DATETIME = `${DATE}[Tt ]${CLOCK}(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?`;
const NOT_FINITE = `'nan', 'inf', '+inf', '-inf', 'infinity', '+infinity', '-infinity'`;

/** A datetime as a UTC timestamp, NULL where it is none; without an offset it is UTC already. */
export function utcTimestamp(text: string): string {
  // Both have the microseconds since 1970 in UTC; to convert between zones would cost three times as much.
  return `make_timestamp(epoch_us(TRY_CAST(upper(${text}) AS TIMESTAMPTZ)))`;
}

export function isNotFinite(text: string): string {
  return `(length(${text}) <= 9 AND lower(${text}) IN (${NOT_FINITE}))`;
}

export function isDate(text: string): string {
  return `(regexp_full_match(${text}, '${DATE}') AND TRY_CAST(${text} AS DATE) IS NOT NULL)`;
}

export function isDatetime(text: string): string {
  return `(regexp_full_match(${text}, '${DATETIME}') AND ${utcTimestamp(text)} IS NOT NULL)`;
}

export function isTime(text: string): string {
  return `(regexp_full_match(${text}, '${CLOCK}') AND TRY_CAST(${text} AS TIME) IS NOT NULL)`;
}

/** A number with digits on both sides of a point, as most are written. */
export function isPlainFraction(text: string): string {
  return `regexp_full_match(${text}, '-?(?:0|[1-9][0-9]*)\\.[0-9]+')`;
}

const temporal = (text: string) => `
  WHEN ${isDate(text)} THEN ${kind.date}
  WHEN ${isDatetime(text)} THEN ${kind.datetime}
  WHEN ${isTime(text)} THEN ${kind.time}`;

const number = (text: string) => `
  WHEN regexp_full_match(${text}, '${INTEGER}') THEN
    CASE WHEN length(ltrim(${text}, '-')) <= ${MAX_DIGITS} THEN ${kind.bigInteger} ELSE ${kind.text} END
  WHEN regexp_full_match(${text}, '${NUMBER}') THEN ${kind.fraction}`;

/** Tests that only texts of one kind pass, if not all of them: what they find needs none of the others. */
const shortcuts: readonly { kind: number; test: (text: string) => string }[] = [
  { kind: kind.fraction, test: isPlainFraction },
  { kind: kind.boolean, test: (text) => `${text} IN ('true', 'false')` },
  { kind: kind.date, test: (text) => `strlen(${text}) = 10 AND TRY_CAST(${text} AS DATE)::VARCHAR = ${text}` },
  { kind: kind.datetime, test: isDatetime },
  { kind: kind.time, test: isTime },
];

/**
 * The kind of a cell of CSV or TSV; 0 for null. The cheap tests come first: this runs for every cell of a file. `likely`
 * are the kinds that others of the column have; they make it faster, and change nothing.
 */
export function plainKind(text: string, likely = 0): string {
  const integer = `WHEN TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text} THEN ${kind.integer}`;
  const expected = shortcuts
    .filter((each) => (likely & each.kind) !== 0)
    .map((each) => `WHEN ${each.test(text)} THEN ${each.kind}`)
    .join(' ');
  const begin = (likely & kind.integer) !== 0 ? [integer, expected] : [expected, integer];
  return `(CASE WHEN ${text} IS NULL THEN 0
    ${begin.join(' ')}
    WHEN ${text} >= ':' OR ${text} = '' THEN CASE
      WHEN length(${text}) <= 5 AND lower(${text}) IN ('true', 'false') THEN ${kind.boolean}
      WHEN ${isNotFinite(text)} THEN ${kind.notFinite} ELSE ${kind.text} END
    ${number(text)}${temporal(text)}
    WHEN ${isNotFinite(text)} THEN ${kind.notFinite}
    ELSE ${kind.text} END)::USMALLINT`;
}

/**
 * The kind of a cell of a JSON source: `raw` as it was written, `text` without quotes and escapes; 0 for null. `likely` is
 * as above.
 */
export function jsonKind(raw: string, text: string, likely = 0): string {
  const expected = (kinds: number, of: string) =>
    shortcuts
      .filter((each) => (likely & each.kind & kinds) !== 0)
      .map((each) => `WHEN ${each.test(of)} THEN ${each.kind}`)
      .join(' ');
  const integer = `WHEN TRY_CAST(${raw} AS BIGINT)::VARCHAR = ${raw} THEN ${kind.integer}`;
  return `(CASE WHEN ${raw} IS NULL THEN 0
    ${(likely & kind.integer) !== 0 ? integer : ''} ${expected(kind.fraction | kind.boolean, raw)}
    WHEN starts_with(${raw}, '"') THEN CASE ${expected(kind.date | kind.datetime | kind.time, text)}
      WHEN ${text} >= ':' THEN ${kind.text}${temporal(text)} ELSE ${kind.text} END
    WHEN ${isNested(raw)} THEN ${kind.nested}
    WHEN ${raw} IN ('true', 'false') THEN ${kind.boolean}
    ${integer}
    ${number(raw)}
    WHEN ${isNotFinite(raw)} THEN ${kind.notFinite}
    ELSE ${kind.text} END)::USMALLINT`;
}

/** The kind of a cell of a JSON column that has texts: objects and arrays make it another one, whose NaN become null. */
export function jsonTextKind(raw: string): string {
  return `(CASE WHEN ${isNested(raw)} THEN ${kind.nested} WHEN ${isNotFinite(raw)} THEN ${kind.notFinite} ELSE ${kind.text} END)::USMALLINT`;
}

function isNested(raw: string): string {
  return `(starts_with(${raw}, '{') OR starts_with(${raw}, '['))`;
}
