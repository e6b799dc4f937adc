import type { Field } from '@sluice/contracts/fields';
import { parseJson } from '../values/json-value';
import { openView } from '../views/view';
import { parseQueryBody, parseRowQuery } from './parse-query';
import type { ParsedQuery } from './row-query';

const FIELDS = 1_000;
const LARGEST_BYTES = 256 * 1024;
const fields = Array.from({ length: FIELDS }, (_, index): Field => {
  const name = `customer_attribute_number_${index}`;
  return { name, label: name, type: 'text', nullable: true, min: null, max: null, distinct: null };
});
const view = openView(fields);

/** So many bytes of pieces, each with its number in place of `#`. */
function filled(piece: string, bytes: number, separator: string): string {
  const pieces: string[] = [];
  for (let size = 0, at = 0; size < bytes; at++) {
    const text = piece.replaceAll('#', String(at));
    pieces.push(text);
    size += text.length + separator.length;
  }
  return pieces.join(separator);
}

type Parser = (bytes: number) => ParsedQuery;
const body = (text: string) => parseQueryBody(parseJson(text), view);
const parsers: [string, Parser][] = [
  ['unknown parameters', (bytes) => parseRowQuery(filled('customer_atribute_nunber_#=1', bytes, '&'), view)],
  ['unknown controls', (bytes) => parseRowQuery(filled('_limt#=1', bytes, '&'), view)],
  ['one parameter again and again', (bytes) => parseRowQuery(filled('_limit=1', bytes, '&'), view)],
  [
    'values that are none of their type',
    (bytes) => parseRowQuery(filled('customer_attribute_number_1__null=x#', bytes, '&'), view),
  ],
  ['a list of commas', (bytes) => parseRowQuery(`_sort=${','.repeat(bytes)}`, view)],
  [
    'a list of unknown fields',
    (bytes) => parseRowQuery(`_select=${filled('custommer_attribute_#', bytes, ',')}`, view),
  ],
  [
    'unknown fields of groups',
    (bytes) => parseRowQuery(`_group=${filled('month(attribute_#)', bytes, ',')}`, { ...view, aggregation: true }),
  ],
  [
    'names of great length',
    (bytes) => parseRowQuery(filled(`${'customer_attribute_number_'.repeat(40)}#=1`, bytes, '&'), view),
  ],
  ['a path of great depth', (bytes) => parseRowQuery(`customer_attribute_number_1${'.a'.repeat(bytes / 2)}=1`, view)],
  ['a search of many words', (bytes) => parseRowQuery(`_q=${filled('w#', bytes, '+')}`, view)],
  ['unknown members of a body', (bytes) => body(`{${filled('"custommer_#":1', bytes, ',')}}`)],
  ['unknown fields of a filter', (bytes) => body(`{"filter":{${filled('"custommer_attribute_#":1', bytes, ',')}}}`)],
  [
    'unknown operators of a filter',
    (bytes) => body(`{"filter":{"customer_attribute_number_1":{${filled('"conttains#":1', bytes, ',')}}}}`),
  ],
  [
    'more comparisons than are allowed',
    (bytes) => body(`{"filter":{"_or":[${filled('{"customer_attribute_number_1":"#"}', bytes, ',')}]}}`),
  ],
  ['groups in groups', (bytes) => parseRowQuery(`_filter=${encodeURIComponent('{"_and":['.repeat(bytes / 30))}`, view)],
];

/** Processor time of this thread in milliseconds, the least of some runs: others may share the machine. */
function costOf(parse: Parser, bytes: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const before = process.cpuUsage();
    parse(bytes);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

describe('a query of nothing but faults over a thousand fields', () => {
  it.each(parsers)('is refused with at most 100 of them and 10 suggestions: %s', (_name, parse) => {
    const parsed = parse(LARGEST_BYTES);
    expect(parsed.ok).toBe(false);
    const faults = parsed.ok ? [] : parsed.faults;
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(100);
    expect(
      faults.filter(({ hint, allowed }) => hint?.startsWith('did you mean') || allowed).length,
    ).toBeLessThanOrEqual(10);
  });

  it.each(parsers)('takes less than 50 ms for 256 KiB: %s', (_name, parse) => {
    costOf(parse, 16_384);
    expect(costOf(parse, LARGEST_BYTES)).toBeLessThan(50);
  });

  it.each(parsers)('takes time that grows no faster than its bytes: %s', (_name, parse) => {
    costOf(parse, LARGEST_BYTES / 8);
    const [small, large] = [costOf(parse, LARGEST_BYTES / 8), costOf(parse, LARGEST_BYTES)];
    // Eight times the bytes: quadratic work would be 64 times as much.
    expect(large).toBeLessThan(24 * Math.max(small, 0.5));
  });

  it('has no suggestion for a name that is longer than any field', () => {
    const parsed = parseRowQuery(`${'x'.repeat(64)}=1`, view);
    expect(parsed.ok ? [] : parsed.faults[0]?.hint).toBeUndefined();
  });
});
