import type { Field } from '@sluice/contracts/fields';
import { costOf, slowness } from '../../../../test/measure/cost-of';
import { filled } from '../../../../test/measure/filled';
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

/** Makes a query of so many bytes, and says how it is read: the making is not timed. */
type Hostile = (bytes: number) => () => ParsedQuery;
const search =
  (text: string, of = view) =>
  () =>
    parseRowQuery(text, of);
const body = (text: string) => () => parseQueryBody(parseJson(text), view);
const queries: [string, Hostile][] = [
  ['unknown parameters', (bytes) => search(filled('customer_atribute_nunber_#=1', bytes, '&'))],
  ['unknown controls', (bytes) => search(filled('_limt#=1', bytes, '&'))],
  ['one parameter again and again', (bytes) => search(filled('_limit=1', bytes, '&'))],
  ['values that are none of their type', (bytes) => search(filled('customer_attribute_number_1__null=x#', bytes, '&'))],
  ['a list of commas', (bytes) => search(`_sort=${','.repeat(bytes)}`)],
  ['a list of unknown fields', (bytes) => search(`_select=${filled('custommer_attribute_#', bytes, ',')}`)],
  [
    'unknown fields of groups',
    (bytes) => search(`_group=${filled('month(attribute_#)', bytes, ',')}`, { ...view, aggregation: true }),
  ],
  ['names of great length', (bytes) => search(filled(`${'customer_attribute_number_'.repeat(40)}#=1`, bytes, '&'))],
  ['a path of great depth', (bytes) => search(`customer_attribute_number_1${'.a'.repeat(bytes / 2)}=1`)],
  ['a search of many words', (bytes) => search(`_q=${filled('w#', bytes, '+')}`)],
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
  ['groups in groups', (bytes) => search(`_filter=${encodeURIComponent('{"_and":['.repeat(bytes / 30))}`)],
];

describe('a query of nothing but faults over a thousand fields', () => {
  it.each(queries)('is refused with at most 100 of them and 10 suggestions: %s', (_name, hostile) => {
    const parsed = hostile(LARGEST_BYTES)();
    expect(parsed.ok).toBe(false);
    const faults = parsed.ok ? [] : parsed.faults;
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(100);
    expect(
      faults.filter(({ hint, allowed }) => hint?.startsWith('did you mean') || allowed).length,
    ).toBeLessThanOrEqual(10);
  });

  it.each(queries)('takes less than 50 ms for 256 KiB: %s', (_name, hostile) => {
    costOf(hostile(16_384));
    expect(costOf(hostile(LARGEST_BYTES))).toBeLessThan(50 * slowness());
  });

  it.each(queries)('takes time that grows no faster than its bytes: %s', (_name, hostile) => {
    costOf(hostile(LARGEST_BYTES / 8));
    const [small, large] = [costOf(hostile(LARGEST_BYTES / 8)), costOf(hostile(LARGEST_BYTES))];
    // Eight times the bytes: quadratic work would be 64 times as much.
    expect(large).toBeLessThan(24 * Math.max(small, 0.5));
  });

  it('has no suggestion for a name that is longer than any field', () => {
    const parsed = parseRowQuery(`${'x'.repeat(64)}=1`, view);
    expect(parsed.ok ? [] : parsed.faults[0]?.hint).toBeUndefined();
  });
});
