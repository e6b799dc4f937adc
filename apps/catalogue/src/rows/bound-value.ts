import { sqlType } from '../engine/json-text';
import type { Column } from './columns';

const INTEGER = /^-?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DATE = /^\d{4,}-\d\d-\d\d$/;
const CLOCK = /^\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/;
const DATETIME = /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?$/;

/**
 * SQL that reads the text bound at `placeholder` as a value of the column's type. Null when no value of the type can be
 * equal to it, such as 1.5 for an integer: a cast would round it to one that is.
 */
export function boundValue({ type, scale }: Column, text: string, placeholder: () => string): string | null {
  switch (type) {
    case 'text':
    case 'json':
      return placeholder();
    case 'integer':
      return INTEGER.test(text) ? `TRY_CAST(${placeholder()} AS BIGINT)` : null;
    case 'number':
      return NUMBER.test(text) ? `TRY_CAST(${placeholder()} AS DOUBLE)` : null;
    case 'decimal':
      return isExactDecimal(text, scale ?? 0) ? `TRY_CAST(${placeholder()} AS ${sqlType('decimal', scale)})` : null;
    case 'boolean':
      return text === 'true' || text === 'false' ? `TRY_CAST(${placeholder()} AS BOOLEAN)` : null;
    case 'date':
      return DATE.test(text) ? `TRY_CAST(${placeholder()} AS DATE)` : null;
    case 'time':
      return CLOCK.test(text) ? `TRY_CAST(${placeholder()} AS TIME)` : null;
    case 'datetime':
      return DATETIME.test(text) ? `timezone('UTC', TRY_CAST(${placeholder()} AS TIMESTAMPTZ))` : null;
  }
}

/** True for numbers whose digits after the point do not go beyond the scale, zeros aside. */
function isExactDecimal(text: string, scale: number): boolean {
  if (!NUMBER.test(text)) return false;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const fraction = (mantissa.split('.')[1] ?? '').replace(/0+$/, '');
  return fraction.length - Number(exponent) <= scale;
}
