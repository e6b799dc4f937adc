import type { FieldReading, ImportWarning } from '@sluice/contracts/catalogue/reading';

/** One way to read the values of a field, with what would become of some. */
export interface Offer {
  words: string;
  said: FieldReading;
  examples: readonly { before: string; after: string | null }[];
}

const numberOffers = {
  thousands: { words: 'Comma of thousands', said: { thousands: ',' } },
  percent: { words: 'As percent', said: { percent: true } },
  currency: { words: 'As money', said: { currency: true } },
} as const;

/** The ways in which the values that a warning is of could be read, if somebody says so. */
export function offersOf({ code, option, examples = [] }: ImportWarning): readonly Offer[] {
  if (code === 'date_order_unknown') return dateOffers(examples);
  if (code !== 'numbers_as_text') return [];
  if (option !== 'thousands' && option !== 'percent' && option !== 'currency') return [];
  const { words, said } = numberOffers[option];
  const befores = examples.map(({ before }) => before);
  const hasCommas = befores.some((text) => text.includes(','));
  const offers: Offer[] = [];
  if (!befores.some((text) => /,(?!\d{3}(?!\d))/.test(text))) offers.push({ words, said, examples });
  if (hasCommas && befores.every((text) => /^[^,.]*(?:\.\d{3})*(?:,\d+)?[^,.]*$/.test(text))) {
    const fractions = { decimal: ',', ...(option !== 'thousands' && said) } as const;
    const sign = option === 'thousands' ? 'Comma of fractions' : `${words}, with a comma of fractions`;
    offers.push({ words: sign, said: fractions, examples: befores.map(withFraction) });
  }
  return offers;
}

function withFraction(before: string) {
  const value = Number(before.replace(/[^\d,+-]/g, '').replace(',', '.'));
  return { before, after: String(Number((before.includes('%') ? value / 100 : value).toPrecision(12))) };
}

/** The server shows them with the day first. */
function dateOffers(examples: Offer['examples']): readonly Offer[] {
  const [first] = examples;
  const form = first && formOf(first.before);
  if (!form) return [];
  const swapped = examples.map(({ before, after }) => ({
    before,
    after: after?.replace(/^(\d+)-(\d\d)-(\d\d)/, '$1-$3-$2') ?? null,
  }));
  return [
    { words: 'Day first', said: form('d', 'M'), examples },
    { words: 'Month first', said: form('M', 'd'), examples: swapped },
  ];
}

/** Finds how a date is written, but for the order of day and month. */
function formOf(text: string): ((first: string, second: string) => FieldReading) | null {
  const [, sign, year = '', time] = /^\s*\d{1,2}([/.-])\d{1,2}\1(\d{2,4})(.*)$/.exec(text) ?? [];
  if (!sign || time === undefined) return null;
  const pattern = (first: string, second: string) =>
    `${first}${sign}${second}${sign}${year.length > 2 ? 'yyyy' : 'yy'}`;
  if (time.trim() === '') return (first, second) => ({ dateFormat: pattern(first, second) });
  const [, mark, seconds, fraction, half] =
    /^([ T])\d{1,2}:\d\d(:\d\d)?(\.\d+)?( ?[ap]m)?$/i.exec(time.trimEnd()) ?? [];
  if (!mark) return null;
  const clock = `${half ? 'h' : 'H'}:mm${seconds ? ':ss' : ''}${fraction ? '.SSS' : ''}${half ? ' a' : ''}`;
  return (first, second) => ({ datetimeFormat: `${pattern(first, second)}${mark === 'T' ? "'T'" : ' '}${clock}` });
}
