import type { Field } from '@sluice/contracts/fields';

/** A value in the one text form that equal values share, or why the text is no value of the type. */
export type ParsedValue = { ok: true; value: string } | { ok: false; detail: string; hint?: string };

const valid = (value: string): ParsedValue => ({ ok: true, value });
const invalid = (detail: string, hint?: string): ParsedValue => ({ ok: false, detail, hint });

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const MAX_DECIMAL_DIGITS = 38;

/**
 * Reads the text of a query parameter as a value of the field's type. Nothing is rounded, trimmed or guessed: a time
 * keeps more digits of a second than fields do, until `cutToMicroseconds` is asked.
 */
export function parseValue(field: Pick<Field, 'type'>, text: string): ParsedValue {
  switch (field.type) {
    case 'text':
      // A half of a surrogate pair is no character: it would arrive as another one.
      if (/\p{Surrogate}/u.test(text)) return invalid('the text is not valid Unicode');
      return text.includes('\0') ? invalid('a text cannot contain the character NUL') : valid(text);
    case 'integer':
      return parseInteger(text);
    case 'number':
      return parseNumber(text);
    case 'decimal':
      return parseDecimal(text);
    case 'boolean':
      return parseBoolean(text);
    case 'date':
      return parseDate(text);
    case 'datetime':
      return parseDateTime(text);
    case 'time':
      return parseTime(text);
    case 'json':
      return invalid('nested values cannot be compared');
  }
}

function parseInteger(text: string): ParsedValue {
  if (!/^-?\d{1,20}$/.test(text)) return invalid('write a whole number', commaHint(text));
  const value = BigInt(text);
  return value < INT64_MIN || value > INT64_MAX ? invalid('the number is beyond 64 bits') : valid(value.toString());
}

function parseNumber(text: string): ParsedValue {
  if (!/^-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?$/.test(text)) return invalid('write a number', commaHint(text));
  const value = Number(text);
  return Number.isFinite(value) ? valid(String(value === 0 ? 0 : value)) : invalid('the number is too large');
}

function parseDecimal(text: string): ParsedValue {
  const parts = /^(-?)(\d{0,400})(?:\.(\d{0,400}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  const [, sign = '', before = '', after = '', exponent = '0'] = parts ?? [];
  if (!parts || before + after === '') return invalid('write a number', commaHint(text));
  // The point moves by the exponent: no digit is lost on the way.
  const point = before.length + Number(exponent);
  const digits = (before + after).padStart(before.length + after.length - Math.min(point, 0), '0');
  const at = Math.max(point, 0);
  const whole = digits.slice(0, at).padEnd(at, '0').replace(/^0+/, '');
  const fraction = digits.slice(at).replace(/0+$/, '');
  if (whole.length + fraction.length > MAX_DECIMAL_DIGITS) return invalid('the number has more than 38 digits');
  const number = `${whole || '0'}${fraction && `.${fraction}`}`;
  return valid(number === '0' ? number : sign + number);
}

function commaHint(text: string): string | undefined {
  return text.includes(',') ? 'repeat the parameter for several values; commas do not separate them' : undefined;
}

/** Python writes True, R writes TRUE. */
function parseBoolean(text: string): ParsedValue {
  const lower = text.length <= 5 ? text.toLowerCase() : '';
  return lower === 'true' || lower === 'false' ? valid(lower) : invalid('write true or false', commaHint(text));
}

const YEARS = 'from 0001-01-01 to 9999-12-31';

function parseDate(text: string): ParsedValue {
  // ISO 8601 writes years of more or other than four digits with a sign, some programs without.
  if (/^(?:0000-|[+-]\d{4,}-|\d{5,}-)/.test(text)) return invalid(`dates go ${YEARS}`);
  return isDate(text) ? valid(text) : invalid('write a date as 2026-01-31', commaHint(text));
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Programs write up to 9 digits of a second; more than 30 are no time that any clock has. */
const TIME = String.raw`([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,30}))?)?`;

/** Cuts a canonical datetime or time to the 6 digits of a second that fields keep; null where it has no more. */
export function cutToMicroseconds(value: string): string | null {
  const [, kept, end = ''] = /^(.*\.\d{6})\d+(Z?)$/.exec(value) ?? [];
  return kept === undefined ? null : kept.replace(/\.?0+$/, '') + end;
}

function fractionOf(digits: string | undefined): string {
  const trimmed = (digits ?? '').replace(/0+$/, '');
  return trimmed && `.${trimmed}`;
}

function parseTime(text: string): ParsedValue {
  const parts = new RegExp(`^${TIME}$`).exec(text);
  if (!parts) return invalid('write a time as 13:45:00', commaHint(text));
  return valid(`${parts[1]}:${parts[2]}:${parts[3] ?? '00'}${fractionOf(parts[4])}`);
}

/** RFC 3339, also a date alone (its midnight) or without offset (UTC); canonical is UTC with `Z` and no idle zeros. */
function parseDateTime(text: string): ParsedValue {
  // A `+` that was not percent-encoded arrives as a space: where only a sign can stand, it is one.
  const parts = new RegExp(String.raw`^(\d{4}-\d{2}-\d{2})(?:[Tt ]${TIME}(?:([Zz])|([+\- ])(\d{2}):?(\d{2}))?)?$`).exec(
    text,
  );
  if (/^(?:[+-]\d{4,}-|\d{5,}-)/.test(text)) return invalid(`times go ${YEARS}, in UTC`);
  const date = parts?.[1];
  if (!parts || !date || !isDate(date)) {
    return invalid(
      'write a time as 2026-01-31T13:45:00Z',
      commaHint(text) ?? (text.includes(' ') ? 'write a + as %2B' : undefined),
    );
  }
  const [hour = '00', minute = '00', second = '00'] = [parts[2], parts[3], parts[4]];
  const offset = parts[7] ? (Number(parts[8]) * 60 + Number(parts[9])) * (parts[7] === '-' ? -1 : 1) : 0;
  const utc = new Date(Date.parse(`${date}T${hour}:${minute}:${second}Z`) - offset * 60_000);
  if (utc.getUTCFullYear() < 1 || utc.getUTCFullYear() > 9999) return invalid(`times go ${YEARS}, in UTC`);
  return valid(`${utc.toISOString().slice(0, 19)}${fractionOf(parts[5])}Z`);
}
