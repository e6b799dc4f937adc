import type { Field, FieldType } from '@sluice/contracts/fields';
import type { SentCsvForm } from '@sluice/contracts/send-rules';
import type { SentValue } from '@sluice/query/sending/sent-value';
import { isoMoment, readDatePattern } from '../typing/date-patterns';

const NUMBERS: readonly FieldType[] = ['integer', 'number', 'decimal'];
/** Without groups of digits: what they are is not said. */
const COMMA_NUMBER = /^[+-]?\d+(?:,\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Makes values of the cells of a CSV that is written in this form. What the form does not fit stays as it is, and is
 * refused by its type.
 */
export function sentCells(
  fields: readonly Field[],
  { nulls = [], decimal, dateFormat, datetimeFormat }: SentCsvForm,
): (name: string, text: string | null) => SentValue | null {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const words = new Set(nulls);
  const patterns = { date: pattern(dateFormat), datetime: pattern(datetimeFormat) };
  const plain = (type: FieldType | undefined, text: string): string => {
    if (decimal === ',' && type && NUMBERS.includes(type))
      return COMMA_NUMBER.test(text) ? text.replace(',', '.') : 'no number';
    const moment = type === 'date' || type === 'datetime' ? patterns[type] : null;
    return (moment && isoMoment(text, moment)) ?? text;
  };
  return (name, text) => {
    return text === null || words.has(text) ? null : { kind: 'text', text: plain(types.get(name), text) };
  };
}

function pattern(text: string | undefined) {
  return text === undefined ? null : readDatePattern(text);
}
