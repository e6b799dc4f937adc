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

const DECIMAL_DIGITS = 38;

/**
 * The greatest value of a decimal column that is not above a number in canonical text (`-12.345`), and whether it is
 * the number itself; `above` and `below` where the number lies beyond everything that the column can hold.
 */
export function decimalFloor(text: string, scale: number): { text: string; exact: boolean } | 'above' | 'below' {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const kept = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  const exact = /^0*$/.test(fraction.slice(scale));
  const units = negative ? -kept - (exact ? 0n : 1n) : kept;
  if (units >= 10n ** BigInt(DECIMAL_DIGITS)) return 'above';
  if (units <= -(10n ** BigInt(DECIMAL_DIGITS))) return 'below';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  const sign = units < 0n ? '-' : '';
  return { text: `${sign}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`, exact };
}
