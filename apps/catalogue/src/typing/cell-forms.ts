import { literal } from '../engine/sql';
import { kind, plainKind } from './text-kinds';

/** Words that stand for no value where all else in a column is of one type. */
export const nullWords: readonly string[] = [
  ...['', '-', '--', '.', '?', 'NA', 'N/A', 'n/a', 'na', '#N/A', '#NA', '#N/D', '#VALUE!', '#DIV/0!', '#REF!'],
  ...['NULL', 'null', 'Null', '\\N', 'None', 'none', 'NONE', 'nil', 'NaN', 'nan', 'NAN', 'missing', 'Missing'],
  ...['0000-00-00', '0000-00-00 00:00:00', '(null)', '<NA>', 'NaT'],
];

/** Forms of cells beside the plain kinds. They are bits above those, so that one aggregate tells all that occur. */
export const form = {
  nullWord: 1 << 10,
  /** A plain number behind a plus. */
  plus: 1 << 11,
  /** `1,200`: a decimal comma, or a thousand. */
  commaOrThousand: 1 << 12,
  /** A comma before other than three digits, or behind points: it is decimal. */
  decimalComma: 1 << 13,
  /** Groups of three digits that can be nothing else. */
  grouped: 1 << 14,
  percent: 1 << 15,
  currency: 1 << 16,
  /** Two numbers of up to 12 and a year, and such of which only one can be the month. */
  dayOrMonth: 1 << 17,
  dayFirst: 1 << 18,
  monthFirst: 1 << 19,
  /** The year first, between signs that are no hyphens. */
  yearFirst: 1 << 20,
  monthName: 1 << 21,
  /** A date with a time behind it. */
  withTime: 1 << 22,
  /** A date by ISO 8601 before the year 1 or after 9999. */
  outOfRange: 1 << 23,
  /** `9:30`, `9:30 AM`. */
  clock: 1 << 24,
  /** More digits of a second than are kept. */
  nanoseconds: 1 << 25,
  /** What separates the parts of a date. */
  slash: 1 << 26,
  point: 1 << 27,
  hyphen: 1 << 28,
  shortYear: 1 << 29,
  /** Stands between blanks. */
  blanks: 1 << 30,
} as const;

/** Telephone numbers have more digits. */
const SMALL = '[0-9]{1,6}(?:\\.[0-9]*)?(?:[eE][+-]?[0-9]+)?';
const AMOUNT = "[+-]?[0-9][0-9.,'  ]*";
const SIGNS = '[$€£¥₹₽₩]|[A-Z]{2,3}\\$?|kr|zł|CHF';
const CLOCK = '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?(?: ?[AaPp]\\.?[Mm]\\.?)?';
const ISO_CLOCK = '[0-9]{2}:[0-9]{2}:[0-9]{2}';
const NANOSECONDS = `(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ])?${ISO_CLOCK}\\.[0-9]{7,}(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?`;
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*';
const NAMED = `[0-9]{1,2}[ -]${MONTH}[ -][0-9]{2,4}|${MONTH} [0-9]{1,2},? [0-9]{4}`;

const matches = (text: string, pattern: string) => `regexp_full_match(${text}, ${literal(pattern)})`;
const time = `(?:[T ]${CLOCK})?`;

/** Forms that say nothing in quotes of JSON, whose writer could have left the quotes out. */
const UNQUOTED =
  kind.integer |
  kind.bigInteger |
  kind.fraction |
  kind.notFinite |
  kind.boolean |
  form.plus |
  form.commaOrThousand |
  form.decimalComma |
  form.grouped |
  form.percent |
  form.currency;

/** The form of a cell of JSON, whose texts are `quoted` where they are no numbers. */
export function jsonCellForm(raw: string, text: string, words: readonly string[]): string {
  const of = cellForm(text, words);
  return `(CASE WHEN starts_with(${raw}, '"') AND (${of} & ${UNQUOTED}) <> 0 THEN ${kind.text} ELSE ${of} END)`;
}

/** The form of a cell as bits; `words` stand for no value. 0 for null. */
export function cellForm(text: string, words: readonly string[]): string {
  const bare = `trim(${text}, ${literal(BLANKS)})`;
  const blanks = `(CASE WHEN ${bare} <> ${text} THEN ${form.blanks} ELSE 0 END)`;
  return `(CASE WHEN ${text} IS NULL THEN 0 ELSE ${blanks} | ${bareForm(bare, words)} END)::UINTEGER`;
}

/** Blanks that stand around values, the no-break ones among them. */
export const BLANKS = ' \t\u00a0\u202f';

function bareForm(text: string, words: readonly string[]): string {
  const numeric = `
    WHEN ${matches(text, `\\+${SMALL}`)} THEN ${form.plus}
    WHEN ${matches(text, '[+-]?[1-9][0-9]{0,2},[0-9]{3}')} THEN ${form.commaOrThousand}
    WHEN ${matches(text, '[+-]?[0-9]+,[0-9]+')} THEN ${form.decimalComma}
    WHEN ${matches(text, '[+-]?[0-9]{1,3}(?:\\.[0-9]{3})+,[0-9]+')} THEN ${form.decimalComma | form.grouped}
    WHEN ${matches(text, "[+-]?[0-9]{1,3}(?:([,'  ])[0-9]{3}){1,}(?:[.][0-9]+)?")} THEN ${form.grouped}
    WHEN ${matches(text, `${AMOUNT} ?%`)} THEN ${form.percent}
    WHEN ${matches(text, `-?(?:${SIGNS}) ?${AMOUNT}|${AMOUNT} ?(?:${SIGNS})`)} THEN ${form.currency}`;
  return `(CASE WHEN ${words.length > 0 ? `${text} IN (${words.map(literal).join(', ')})` : 'false'} THEN ${form.nullWord}
    ${numeric}
    WHEN ${matches(text, `[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})${time}`)} THEN ${dateForm(text)}
    WHEN ${matches(text, `[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}${time}`)} THEN ${form.yearFirst} | ${separatorForm(text)} | ${timeForm(text)}
    WHEN ${isOutOfRange(text)} THEN ${form.outOfRange}
    WHEN ${matches(text, NAMED)} THEN ${form.monthName}
    WHEN ${matches(text, NANOSECONDS)} THEN ${form.nanoseconds}
    WHEN ${matches(text, CLOCK)} AND NOT ${matches(text, `${ISO_CLOCK}.*|[0-9]{2}:[0-9]{2}`)} THEN ${form.clock}
    ELSE ${plainKind(text)} END)::UINTEGER`;
}

/** A date that is none of a field: ISO 8601 writes such years with a sign, some programs without. */
export function isOutOfRange(text: string): string {
  return matches(text, `(?:0000|[+-][0-9]{4,}|[0-9]{5,})-[0-9]{2}-[0-9]{2}(?:[T ].*)?`);
}

/** Which of two numbers is the day, where one of them is too large for a month. */
function dateForm(text: string): string {
  const parts = [1, 2].map(
    (part) => `regexp_extract(${text}, '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)', ${part})::INTEGER`,
  );
  const [first, second] = parts;
  const order = `(CASE WHEN ${first} BETWEEN 13 AND 31 AND ${second} BETWEEN 1 AND 12 THEN ${form.dayFirst}
    WHEN ${second} BETWEEN 13 AND 31 AND ${first} BETWEEN 1 AND 12 THEN ${form.monthFirst}
    WHEN ${first} BETWEEN 1 AND 12 AND ${second} BETWEEN 1 AND 12 THEN ${form.dayOrMonth} ELSE ${kind.text} END)`;
  const shortYear = `(CASE WHEN ${matches(text, `[0-9]+[/.-][0-9]+[/.-][0-9]{2}${time}`)} THEN ${form.shortYear} ELSE 0 END)`;
  return `${order} | ${separatorForm(text)} | ${shortYear} | ${timeForm(text)}`;
}

function separatorForm(text: string): string {
  const sign = `regexp_extract(${text}, '^[0-9]+([/.-])', 1)`;
  return `(CASE ${sign} WHEN '/' THEN ${form.slash} WHEN '.' THEN ${form.point} ELSE ${form.hyphen} END)`;
}

function timeForm(text: string): string {
  return `(CASE WHEN contains(${text}, ':') THEN ${form.withTime} ELSE 0 END)`;
}
