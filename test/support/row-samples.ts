import type { FieldType } from '@sluice/contracts/fields';
import { type Cell, Exact, Nested } from './row-oracle';

/** Fields by name. */
export const types: Record<string, FieldType> = {
  id: 'integer',
  i: 'integer',
  n: 'number',
  d: 'decimal',
  b: 'boolean',
  day: 'date',
  at: 'datetime',
  opens: 'time',
  t: 'text',
  u: 'text',
  j: 'json',
};

/** Few values of each type, so that rows meet: limits, signs, ties, accents, wildcards, both ends of Unicode. */
export const samples: Record<FieldType, string[]> = {
  integer: ['0', '1', '-7', '9223372036854775807', '-9223372036854775808'],
  number: ['0', '0.25', '-1.5', '3', '1e300'],
  decimal: ['0', '0.10', '-12345678901234567890.125', '12345678901234567890.125', '7'],
  boolean: ['true', 'false'],
  date: ['2024-02-29', '2024-03-01', '2023-12-31', '1969-07-20'],
  datetime: ['2024-02-29T23:59:59Z', '2024-03-01T00:00:00Z', '1969-12-31T23:00:01Z'],
  time: ['00:00:00', '09:30:00', '23:59:59'],
  text: ['a', 'A', 'é', 'É', 'Ab c', '100%', 'x_y', '😀', '\uff5e', "it's", 'zaÉ'],
  json: ['[1,"a",2.5]', '{"k":"a","n":{"m":5}}', '{"k":7,"l":["a","É",7]}', '{"k":null}', '"a"', '[]'],
};
/** Values that lie beside those. */
export const edges: Partial<Record<FieldType, string[]>> = {
  decimal: ['0.105', '-0.1004', '99999999999999999999999999999999999999', '-12345678901234567890.1251'],
  number: ['0.26', '-1e300'],
  text: ['', 'b', 'AB', '%'],
};

/** Reads a value of each type for the oracle. */
export const cellOf: Record<FieldType, (text: string) => Cell> = {
  integer: BigInt,
  number: Number,
  decimal: Exact.of,
  boolean: (text) => text === 'true',
  date: String,
  datetime: String,
  time: String,
  text: String,
  json: (text) => new Nested(JSON.parse(text)),
};

/** Writes a cell so that an empty text is not a null. */
export function csvCell(text: string | null): string {
  return text === null ? '' : `"${text.replaceAll('"', '""')}"`;
}
