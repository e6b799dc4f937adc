import type { Field } from '@sluice/contracts/fields';
import { sqlType } from '../engine/json-text';

const INTEGER = /^-?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DATE = /^\d{4,}-\d\d-\d\d$/;
const CLOCK = /^\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/;
const DATETIME = /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?$/;

/**
 * SQL with one `?` that stands for a value of the field's type, to be bound to the value's text. Null when no value of
 * the type can be equal to it, such as 1.5 for an integer: a cast would round it to one that is.
 */
export function boundValue(field: Field, text: string): string | null {
  switch (field.type) {
    case 'text':
    case 'json':
      return '?';
    case 'integer':
      return INTEGER.test(text) ? 'TRY_CAST(? AS BIGINT)' : null;
    case 'number':
      return NUMBER.test(text) ? 'TRY_CAST(? AS DOUBLE)' : null;
    case 'decimal':
      return isExactDecimal(text, field.scale ?? 0) ? `TRY_CAST(? AS ${sqlType('decimal', field.scale)})` : null;
    case 'boolean':
      return text === 'true' || text === 'false' ? 'TRY_CAST(? AS BOOLEAN)' : null;
    case 'date':
      return DATE.test(text) ? 'TRY_CAST(? AS DATE)' : null;
    case 'time':
      return CLOCK.test(text) ? 'TRY_CAST(? AS TIME)' : null;
    case 'datetime':
      return DATETIME.test(text) ? `timezone('UTC', TRY_CAST(? AS TIMESTAMPTZ))` : null;
  }
}

/** True for numbers whose digits after the point do not go beyond the scale, zeros aside. */
function isExactDecimal(text: string, scale: number): boolean {
  if (!NUMBER.test(text)) return false;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const fraction = (mantissa.split('.')[1] ?? '').replace(/0+$/, '');
  return fraction.length - Number(exponent) <= scale;
}
