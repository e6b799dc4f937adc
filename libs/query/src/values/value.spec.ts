import type { FieldType } from '@sluice/contracts/fields';
import { parseValue } from './value';

const accepted: [FieldType, string, string][] = [
  ['text', '', ''],
  ['text', ' a,b ', ' a,b '],
  ['integer', '-0', '0'],
  ['integer', '007', '7'],
  ['integer', '9223372036854775807', '9223372036854775807'],
  ['number', '1e3', '1000'],
  ['number', '-0.0', '0'],
  ['number', '0.10', '0.1'],
  ['decimal', '00123456789012345678901234567890.1200', '123456789012345678901234567890.12'],
  ['decimal', '-0.00', '0'],
  ['decimal', '.5', '0.5'],
  ['decimal', '-1.25e1', '-12.5'],
  ['decimal', '12e-4', '0.0012'],
  ['decimal', '1E+2', '100'],
  ['boolean', 'true', 'true'],
  ['date', '2024-02-29', '2024-02-29'],
  ['time', '23:59', '23:59:00'],
  ['time', '23:59:01.250', '23:59:01.25'],
  ['datetime', '2026-01-31', '2026-01-31T00:00:00Z'],
  ['datetime', '2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00Z'],
  ['datetime', '2026-01-31 10:00:00.500', '2026-01-31T10:00:00.5Z'],
  ['datetime', '2026-01-31T10:00:00 02:00', '2026-01-31T08:00:00Z'],
];
const refused: [FieldType, string][] = [
  ['text', 'a\0b'],
  ['integer', ''],
  ['integer', '1.0'],
  ['integer', '0x10'],
  ['integer', '9223372036854775808'],
  ['number', 'NaN'],
  ['number', 'Infinity'],
  ['number', '1e999'],
  ['number', ' 1'],
  ['decimal', '.'],
  ['decimal', '1e38'],
  ['decimal', '1e'],
  ['text', '\ud800'],
  ['decimal', '1'.repeat(39)],
  ['boolean', 'yes'],
  ['boolean', '1'],
  ['date', '2023-02-29'],
  ['date', '2023-2-1'],
  ['time', '24:00'],
  ['datetime', 'yesterday'],
  ['datetime', '2026-13-01T00:00:00Z'],
  ['json', '{}'],
];

describe('a value of a query parameter', () => {
  it.each(accepted)('of type %s: %j is %j', (type, text, value) => {
    expect(parseValue({ type }, text)).toEqual({ ok: true, value });
  });

  it.each(refused)('of type %s: %j is refused', (type, text) => {
    expect(parseValue({ type }, text)).toMatchObject({ ok: false });
  });
});
