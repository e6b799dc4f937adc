import type { FieldReading, ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import { form, nullWords } from './cell-forms';
import { asItStands, type CellReading } from './cell-reading';
import { kind } from './text-kinds';

/** A reading under which a column is of one type, or the one that is only offered, since the file does not prove it. */
export interface CellGuess {
  reading: CellReading | null;
  offer: { code: string; detail: string; option: keyof Reading; reading: CellReading } | null;
  /** What the reading takes for granted; where its cases are counted they are those that it changes. */
  told: Pick<ImportWarning, 'code' | 'detail' | 'option'>[];
}

const NUMBERS = kind.integer | kind.bigInteger | kind.fraction | kind.notFinite | form.plus;
const COMMAS = form.commaOrThousand | form.decimalComma;
const DRESSED = COMMAS | form.grouped | form.percent | form.currency;
const SIGNS = form.slash | form.point | form.hyphen;
const DATES = form.dayOrMonth | form.dayFirst | form.monthFirst | form.yearFirst;
const DATE_FORMS = DATES | SIGNS | form.withTime | form.shortYear;
const MOMENTS = kind.date | kind.datetime;
const CLEAN = [kind.boolean, kind.date, MOMENTS, kind.time, form.clock | kind.time];

const NAMED = ['d MMM yyyy', 'd-MMM-yyyy', 'd MMM yy', 'd-MMM-yy', 'd MMMM yyyy', 'd-MMMM-yyyy'];
const MONTH_FIRST = ['MMM d, yyyy', 'MMMM d, yyyy', 'MMM d yyyy', 'MMMM d yyyy'];
const TIMES = ['H:mm', 'H:mm:ss', 'H:mm:ss.SSS', 'h:mm a', 'h:mm:ss a'];
const withTimes = (pattern: string) => TIMES.flatMap((time) => [`${pattern} ${time}`, `${pattern}'T'${time}`]);

const nothing: CellGuess = { reading: null, offer: null, told: [] };

/** Tells whether the forms of a column prove that commas are decimal. */
export function provesDecimalComma(mask: number): boolean {
  return (mask & form.decimalComma) !== 0 && isOnly(mask, (NUMBERS & ~kind.fraction) | COMMAS | form.grouped);
}

/** Guesses how a column is read whose cells have these forms; `given` is what was said of it, `commas` that another proves them. */
export function guessCells(mask: number, given: FieldReading, commas: boolean): CellGuess {
  const base = baseOf(mask, given);
  const told = toldOf(mask, given);
  const seen = mask & ~(form.nullWord | form.blanks);
  const patterns = givenPatterns(given, isOnly(mask, NUMBERS | DRESSED));
  if (seen === 0) return nothing;
  if (patterns) return { reading: { ...base, ...patterns }, offer: null, told };
  if (isOnly(mask, NUMBERS)) return { reading: base, offer: null, told };
  if (isOnly(mask, NUMBERS | DRESSED)) return guessNumbers(mask, given, commas, base, told);
  if (isOnly(mask, DATE_FORMS)) return guessDates(mask, base, told);
  if (isOnly(mask, form.monthName)) {
    return { reading: { ...base, datePatterns: [...NAMED, ...MONTH_FIRST] }, offer: null, told };
  }
  if ((mask & form.nanoseconds) !== 0 && isOnly(mask, form.nanoseconds | MOMENTS | kind.time)) {
    const cut = { code: 'fraction_cut', detail: 'Digits of a second beyond the sixth were cut off.' };
    return { reading: { ...base, cutsSeconds: true }, offer: null, told: [...told, cut] };
  }
  if ((mask & form.outOfRange) !== 0 && isOnly(mask, form.outOfRange | MOMENTS)) {
    const [code, years] = ['out_of_range', 'Dates go from 0001-01-01 to 9999-12-31'];
    const reading = { ...base, dropsOutOfRange: true };
    if (seen !== form.outOfRange)
      return { reading, offer: null, told: [...told, { code, detail: `${years}; others became null.` }] };
    return { ...nothing, offer: { code, detail: `${years}; these stay text.`, option: 'nulls', reading } };
  }
  if (CLEAN.some((only) => isOnly(mask, only))) {
    return { reading: { ...base, clock: (mask & form.clock) !== 0 }, offer: null, told };
  }
  return nothing;
}

function isOnly(mask: number, bits: number): boolean {
  return (mask & ~(bits | form.nullWord | form.blanks)) === 0;
}

function baseOf(mask: number, given: FieldReading): CellReading {
  return {
    ...asItStands,
    nulls: given.nulls ?? ((mask & form.nullWord) === 0 ? [] : nullWords),
    trim: given.trim ?? (mask & form.blanks) !== 0,
    plus: (mask & form.plus) !== 0,
    timeZone: given.timeZone,
  };
}

function toldOf(mask: number, given: FieldReading): CellGuess['told'] {
  const told: CellGuess['told'] = [];
  if ((mask & form.nullWord) !== 0 && given.nulls === undefined) {
    told.push({ code: 'nulls_guessed', detail: 'Words stand for no value', option: 'nulls' });
  }
  if ((mask & form.blanks) !== 0 && given.trim === undefined) {
    told.push({ code: 'blanks_trimmed', detail: 'Blanks around values were left out.', option: 'trim' });
  }
  return told;
}

/** Patterns that were said; numbers are held against those alone that are written as numbers, such as yyyyMMdd. */
function givenPatterns({ dateFormat, datetimeFormat }: FieldReading, isNumeric: boolean): Partial<CellReading> | null {
  const fits = (pattern: string | undefined) => pattern !== undefined && (!isNumeric || /^[yMdHms]+$/.test(pattern));
  const [datePatterns, datetimePatterns] = [dateFormat, datetimeFormat].map((each) =>
    each && fits(each) ? [each] : [],
  );
  if (!datePatterns?.length && !datetimePatterns?.length) return null;
  return { datePatterns, datetimePatterns };
}

function guessNumbers(
  mask: number,
  given: FieldReading,
  commas: boolean,
  base: CellReading,
  told: CellGuess['told'],
): CellGuess {
  const has = (bits: number) => (mask & bits) !== 0;
  if (has(form.decimalComma) && has(kind.fraction)) return nothing;
  const isProven = provesDecimalComma(mask) || (commas && has(form.commaOrThousand) && !has(kind.fraction));
  const decimal = given.decimal ?? (isProven ? ',' : '.');
  const other = decimal === ',' ? '.' : ',';
  const groups = has(form.grouped) || (decimal === '.' && has(COMMAS));
  const needs = [
    groups && decimal === '.' && given.thousands === undefined && ('thousands' as const),
    has(form.percent) && given.percent !== true && ('percent' as const),
    has(form.currency) && given.currency !== true && ('currency' as const),
  ].filter((need) => need !== false);
  const reading: CellReading = {
    ...base,
    decimal,
    thousands: given.thousands ?? other,
    percent: given.percent ?? needs.includes('percent'),
    currency: given.currency ?? needs.includes('currency'),
  };
  const [option] = needs;
  if (option) return { ...nothing, offer: { ...offers[option], option, reading } };
  if (decimal === given.decimal || decimal === '.') return { reading, offer: null, told };
  const guessed = {
    code: 'decimal_guessed',
    detail: 'A comma stands before the fraction of numbers.',
    option: 'decimal',
  };
  return { reading, offer: null, told: [...told, guessed] };
}

const offers = {
  thousands: {
    code: 'numbers_as_text',
    detail:
      'These may be numbers whose thousands, or fractions, stand behind a comma; they stay text unless that is said.',
  },
  percent: { code: 'numbers_as_text', detail: 'These may be numbers in percent; they stay text unless that is said.' },
  currency: { code: 'numbers_as_text', detail: 'These may be amounts of money; they stay text unless that is said.' },
};

function guessDates(mask: number, base: CellReading, told: CellGuess['told']): CellGuess {
  const sign = { [form.slash]: '/', [form.point]: '.', [form.hyphen]: '-' }[mask & SIGNS];
  if (!sign) return nothing;
  const years = (mask & form.shortYear) !== 0 ? ['yyyy', 'yy'] : ['yyyy'];
  const order = mask & DATES;
  const as = (...orders: string[]): CellReading => ({
    ...base,
    datePatterns: orders,
    datetimePatterns: (mask & form.withTime) !== 0 ? orders.flatMap(withTimes) : [],
  });
  if (order === form.yearFirst) return { reading: as(`yyyy${sign}M${sign}d`), offer: null, told };
  const dayFirst = years.map((year) => `d${sign}M${sign}${year}`);
  const monthFirst = years.map((year) => `M${sign}d${sign}${year}`);
  if (
    (order & form.yearFirst) !== 0 ||
    (order & (form.dayFirst | form.monthFirst)) === (form.dayFirst | form.monthFirst)
  ) {
    return nothing;
  }
  if (order === form.dayOrMonth) {
    const detail = `These may be dates with the day or the month first; they stay text unless the format is said, such as dd${sign}MM${sign}yyyy.`;
    return {
      ...nothing,
      offer: { code: 'date_order_unknown', detail, option: 'dateFormat', reading: as(...dayFirst) },
    };
  }
  const isDayFirst = (order & form.dayFirst) !== 0;
  const detail = `The ${isDayFirst ? 'day' : 'month'} stands first in dates, since ${isDayFirst ? 'the first' : 'the second'} number goes beyond 12.`;
  const guessed = { code: 'date_format_guessed', detail, option: 'dateFormat' };
  return { reading: as(...(isDayFirst ? dayFirst : monthFirst)), offer: null, told: [...told, guessed] };
}
