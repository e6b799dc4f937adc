import type { FieldType } from '@sluice/contracts/fields';
import { cutToMicroseconds, parseValue } from './value';

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
  ['date', '0001-01-01', '0001-01-01'],
  ['date', '9999-12-31', '9999-12-31'],
  ['time', '23:59', '23:59:00'],
  ['time', '23:59:01.250', '23:59:01.25'],
  ['datetime', '2026-01-31', '2026-01-31T00:00:00Z'],
  ['datetime', '2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00Z'],
  ['datetime', '2026-01-31 10:00:00.500', '2026-01-31T10:00:00.5Z'],
  ['datetime', '2026-01-31T10:00:00 02:00', '2026-01-31T08:00:00Z'],
  // Go's time.Now() as JSON, Java's Instant, .NET's "O".
  ['datetime', '2026-01-31T10:00:00.123456789+02:00', '2026-01-31T08:00:00.123456789Z'],
  ['datetime', '2026-01-31T10:00:00.123456000Z', '2026-01-31T10:00:00.123456Z'],
  ['datetime', '2026-01-31T10:00:00.0000000+00:00', '2026-01-31T10:00:00Z'],
  ['time', '10:00:00.1234567', '10:00:00.1234567'],
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
  ['date', '0000-01-01'],
  ['date', '-0044-03-15'],
  ['date', '10000-01-01'],
  ['datetime', '0000-12-31T23:59:59Z'],
  ['datetime', '0001-01-01T00:00:00+01:00'],
  ['datetime', '9999-12-31T23:59:59-01:00'],
  ['datetime', '+010000-01-01T00:00:00Z'],
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

  it.each(['-0044-03-15', '0000-01-01', '10000-01-01'])('tells which dates there are: %s', (text) => {
    expect(parseValue({ type: 'date' }, text)).toEqual({ ok: false, detail: 'dates go from 0001-01-01 to 9999-12-31' });
  });

  it.each([
    ['2026-01-31T08:00:00.123456789Z', '2026-01-31T08:00:00.123456Z'],
    ['2026-01-31T08:00:10.000000001Z', '2026-01-31T08:00:10Z'],
    ['10:00:00.1200009', '10:00:00.12'],
    ['10:00:00.123456', null],
    ['10:00:00', null],
  ])('is cut to microseconds: %s is %s', (text, cut) => {
    expect(cutToMicroseconds(text)).toBe(cut);
  });
});
