import type { FieldReading, Reading } from '@sluice/contracts/catalogue/reading';

/** A member of a reading that decides one thing of it. */
export type ReadingOption = Exclude<keyof Reading, 'fields'>;

interface OptionWords {
  label: string;
  /** What it decides, for people. */
  hint: string;
  /** The values that there are; any text where they are absent. */
  choices?: Readonly<Record<string, string>>;
  placeholder?: string;
  /** Several words, one a line. */
  isList?: boolean;
}

const yesOrNo = { true: 'Yes', false: 'No' };
const zones = 'A time zone of the IANA list, such as Europe/Berlin. Without one, times are those of UTC.';
const letters = 'd, M and y stand for day, month and year';

/** Every option in words; one that is missing here does not compile. */
export const optionWords: Readonly<Record<ReadingOption, OptionWords>> = {
  sheet: { label: 'Sheet', hint: 'The name of the sheet.' },
  range: { label: 'Cells', hint: 'Only these cells, from the first to the last.', placeholder: 'B2:F100' },
  jsonPath: {
    label: 'Place of the rows',
    hint: 'The members that lead to the list of rows, from $.',
    placeholder: '$.data.items',
  },
  encoding: { label: 'Encoding', hint: 'utf-8, windows-1252, windows-1251, shift_jis …', placeholder: 'utf-8' },
  delimiter: {
    label: 'Separator',
    hint: 'What stands between columns; write (tab) for a tabulator.',
    placeholder: ';',
  },
  header: {
    label: 'Line of names',
    hint: 'The number of the line that names the columns; (none) where there is none.',
    placeholder: '1',
  },
  skip: { label: 'Lines to skip', hint: 'So many lines at the top are not looked at.', placeholder: '0' },
  quote: { label: 'Quote', hint: 'The character around values; (none) where there is none.', placeholder: '"' },
  escape: {
    label: 'Quote inside values',
    hint: 'How a value holds the quote itself.',
    choices: { '"': 'The quote twice', '\\': 'A backslash before it' },
  },
  comment: {
    label: 'Comments',
    hint: 'Lines that begin with this character are left out; (none) for no such lines.',
    placeholder: '#',
  },
  ragged: {
    label: 'Rows of another width',
    hint: 'What becomes of rows with fewer or more values than there are columns.',
    choices: {
      refuse: 'Refuse the file',
      pad: 'Fill short rows with nulls',
      keep: 'Fill short rows, keep what is too much in a field “rest”',
    },
  },
  strict: {
    label: 'By the standard alone',
    hint: 'Takes nothing but comma-separated UTF-8 (RFC 4180), and guesses no words or forms.',
    choices: yesOrNo,
  },
  nulls: {
    label: 'Words for no value',
    hint: 'One a line; (none) where every word is a value.',
    placeholder: 'N/A',
    isList: true,
  },
  select: {
    label: 'Columns',
    hint: 'The names of the columns that come in, one a line; all of them where it is empty.',
    isList: true,
  },
  trim: { label: 'Leave out blanks', hint: 'Blanks before and after values are left out.', choices: yesOrNo },
  decimal: {
    label: 'Decimal sign',
    hint: 'What stands before the fraction of numbers.',
    choices: { '.': 'Point: 1.5', ',': 'Comma: 1,5' },
  },
  thousands: {
    label: 'Thousands',
    hint: 'What stands between groups of three digits.',
    choices: {
      ',': 'Comma: 1,200',
      '.': 'Point: 1.200',
      ' ': 'Blank: 1 200',
      "'": "Apostrophe: 1'200",
      _: 'Underscore: 1_200',
    },
  },
  percent: { label: 'Percent', hint: '12.5% is the number 0.125.', choices: yesOrNo },
  currency: { label: 'Money', hint: '$1.50 and 5 EUR are numbers.', choices: yesOrNo },
  dateFormat: { label: 'Dates', hint: `How dates are written: ${letters}.`, placeholder: 'dd/MM/yyyy' },
  datetimeFormat: {
    label: 'Dates with times',
    hint: `How dates with times are written: ${letters}, H, m and s for the time.`,
    placeholder: 'dd/MM/yyyy HH:mm',
  },
  timeZone: { label: 'Time zone', hint: zones, placeholder: 'Europe/Berlin' },
};

/** The options of single fields, which hold for a whole file as well. */
export const fieldOptions = [
  'nulls',
  'trim',
  'decimal',
  'thousands',
  'percent',
  'currency',
  'dateFormat',
  'datetimeFormat',
  'timeZone',
] as const satisfies readonly (keyof FieldReading)[];

const NONE = '(none)';
const TAB = '(tab)';

/** A value as people write it; empty: it is found out. */
export function textOf(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.length > 0 ? value.join('\n') : NONE;
  if (value === '' || value === false) return value === '' ? NONE : 'false';
  return String(value).replaceAll('\t', TAB);
}

/** What somebody wrote, as the server takes it; whether it makes sense is the server's to say. */
export function valueSaid(option: ReadingOption, text: string): unknown {
  const { choices, isList } = optionWords[option];
  if (text === '') return undefined;
  if (choices === yesOrNo) return text === 'true';
  if (choices) return text;
  if (isList) return text === NONE ? [] : text.split('\n').filter((word) => word !== '');
  if (text === NONE || text === 'false') return option === 'header' ? false : '';
  if ((option === 'header' || option === 'skip') && /^\d+$/.test(text)) return Number(text);
  return text.replaceAll(TAB, '\t');
}

/** A value in words; empty: it is found out. */
export function wordsOf(option: ReadingOption, value: unknown): string {
  const text = value === false && option === 'header' ? NONE : textOf(value);
  return optionWords[option].choices?.[text] ?? text.replaceAll('\n', ', ');
}

/** The same reading with other values of some options, of the file or of one field; what is undefined is found out. */
export function withOption(
  reading: Reading,
  field: string | undefined,
  said: Readonly<Record<string, unknown>>,
): Reading {
  if (field === undefined) return withoutGaps({ ...reading, ...said });
  const own = withoutGaps({ ...saidOfField(reading, field), ...said });
  const { [field]: _, ...others } = reading.fields ?? {};
  const fields = Object.keys(own).length > 0 ? { ...others, [field]: own } : others;
  return withoutGaps({ ...reading, fields: Object.keys(fields).length > 0 ? fields : undefined });
}

function withoutGaps<Said extends object>(said: Said): Said {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Said;
}

/** What is said of one field, by its key in the reading. */
export function saidOfField({ fields = {} }: Reading, key: string): FieldReading {
  return (Object.hasOwn(fields, key) && fields[key]) || {};
}

/** The key of a field in the reading: its name, unless its label is there alone. */
export function keyOfField({ fields = {} }: Reading, { name, label }: { name: string; label: string }): string {
  return !Object.hasOwn(fields, name) && Object.hasOwn(fields, label) ? label : name;
}

/** Everything that a reading says, in words. */
export function saidWords({ fields = {}, ...ofFile }: Reading): { of: string | null; label: string; words: string }[] {
  const told = (of: string | null, said: object) =>
    Object.keys(optionWords)
      .filter((option): option is ReadingOption => Object.hasOwn(said, option))
      .map((option) => ({ of, label: optionWords[option].label, words: wordsOf(option, Reflect.get(said, option)) }));
  return [...told(null, ofFile), ...Object.entries(fields).flatMap(([field, said]) => told(field, said))];
}
