import type { Field } from '@sluice/contracts/fields';
import { cutToMicroseconds, type ParsedValue, parseValue } from '../values/value';

/** A value of a sent row as it was written: a text without its quotes, the others as JSON has them. */
export interface SentValue {
  kind: 'text' | 'number' | 'boolean' | 'nested';
  text: string;
}

const MAX_DECIMAL_DIGITS = 38;

/**
 * Reads a sent value as one of the field's type, in the canonical text that equal values share. Nothing is rounded and
 * nothing guessed: a text is taken for every type that it is written as (so a decimal may keep all its digits in
 * quotes), a number only for numbers, true and false only for booleans. A json field takes any value. With `lenient` the
 * digits of a second that fields do not keep are cut off.
 */
export function readSentValue(field: Pick<Field, 'type' | 'scale'>, sent: SentValue, lenient = false): ParsedValue {
  const { type } = field;
  if (type === 'json') return { ok: true, value: sent.kind === 'text' ? JSON.stringify(sent.text) : sent.text };
  if (sent.kind !== 'text' && sent.kind !== kindOf(type)) {
    return { ok: false, detail: `${article(sent.kind)} is no value of type ${type}` };
  }
  const value = parseValue(field, sent.text);
  if (value.ok && type === 'decimal') return withinScale(value.value, field.scale ?? 0);
  if (value.ok && (type === 'datetime' || type === 'time')) return withinMicroseconds(value.value, lenient);
  // The hints of the query language, on commas and percent signs, have no place in a body.
  return value.ok ? value : { ok: false, detail: value.detail };
}

function kindOf(type: Field['type']): SentValue['kind'] {
  if (type === 'boolean') return 'boolean';
  return type === 'integer' || type === 'number' || type === 'decimal' ? 'number' : 'text';
}

function article(kind: SentValue['kind']): string {
  return kind === 'nested' ? 'an object or array' : `a ${kind}`;
}

/** Decimals of a field share one scale: a digit more would have to be dropped. */
function withinScale(value: string, scale: number): ParsedValue {
  const [whole = '', fraction = ''] = value.replace('-', '').split('.');
  if (fraction.length > scale) return { ok: false, detail: `the field keeps ${scale} digits after the point` };
  const room = MAX_DECIMAL_DIGITS - scale;
  if (whole !== '0' && whole.length > room) {
    return { ok: false, detail: `the field keeps ${room} digits before the point` };
  }
  return { ok: true, value };
}

function withinMicroseconds(value: string, lenient: boolean): ParsedValue {
  const cut = cutToMicroseconds(value);
  if (cut === null) return { ok: true, value };
  if (lenient) return { ok: true, value: cut };
  return { ok: false, detail: 'a second has at most 6 digits; with Prefer: handling=lenient the others are cut off' };
}
