import type { FilteredField } from '../../apps/console/src/pages/filters/chips';
import { sentenceOf, withChip } from '../../apps/console/src/pages/filters/chips';
import {
  queryOf,
  readQuery,
  withoutHandwritten,
  writtenByHand,
} from '../../apps/console/src/pages/filters/query-chips';
import { readTree, treeText } from '../../apps/console/src/pages/filters/tree-chips';

const fields: FilteredField[] = [
  { name: 'city', type: 'text' },
  { name: 'size', type: 'integer' },
  { name: 'meta', type: 'json' },
];

const words = (query: string) => readQuery(query, fields).chips.map(sentenceOf);

describe('a query as chips', () => {
  it.each([
    ['city=Rome', ['city is Rome']],
    ['city=', ['city is (empty text)']],
    ['city__in=Rome&size=3&city__in=Oslo', ['city is one of Rome, Oslo', 'size is 3']],
    ['size__lte=9&size__gte=2', ['size between 2 and 9']],
    ['size__null=true&city__null=false', ['size is empty', 'city has a value']],
    ['meta.a.b__gt=2', ['meta.a.b more than 2']],
    ['town=Rome&city.x=1&size__contains=2&size__gt__lt=1', []],
  ])('%s', (query, told) => expect(words(query)).toEqual(told));

  it('is written again with all that chips do not hold', () => {
    const query = 'city=a%26b%2Bc d&size__gte=2&size__lte=9&_filter={"_or":[{"city":"x"}]}&town=Ö&_sort=-size,city';
    const read = readQuery(query, fields);
    expect(writtenByHand(read)).toBe('_filter={"_or":[{"city":"x"}]}&town=Ö');
    const again = queryOf(read);
    expect([...new URLSearchParams(again)].sort()).toEqual([...new URLSearchParams(query)].sort());
    expect(queryOf(readQuery(again, fields))).toBe(again);
    expect(queryOf(withoutHandwritten(read))).toBe('city=a%26b%2Bc+d&size__gte=2&size__lte=9&_sort=-size,city');
  });

  it('has one chip of each kind of a field, in the place of the one before', () => {
    const { chips } = readQuery('size__gte=2&size__lte=9&city=Rome', fields);
    const told = (more: Parameters<typeof withChip>[1]) => withChip(chips, more).map(sentenceOf);
    expect(told({ field: 'size', op: 'gte', values: ['5'] })).toEqual(['size at least 5', 'city is Rome']);
    expect(told({ field: 'city', op: 'eq', values: ['Oslo'] })).toEqual(['size between 2 and 9', 'city is Oslo']);
    expect(told({ field: 'city', op: 'ne', values: ['Bern'] })).toHaveLength(3);
  });
});

describe('a row filter as chips', () => {
  it('is read and written without losing a digit, a parameter or a group', () => {
    const text = `{"city":{"eq":{"$param":"town"}},"size":{"gte":12345678901234567891,"lte":"9"},"_or":[{"size":1.50},{"city":"x"}]}`;
    const tree = readTree(text, fields);
    expect(tree?.chips.map(sentenceOf)).toEqual(['city is parameter town', 'size between 12345678901234567891 and 9']);
    const again = treeText(tree ?? { chips: [], rest: {} });
    expect(again).toContain('1.50');
    expect(JSON.parse(again)).toMatchObject({
      city: { eq: { $param: 'town' } },
      size: { gte: '12345678901234567891', lte: '9' },
    });
    expect(readTree(again, fields)).toEqual(tree);
  });

  it('keeps a condition that chips do not hold beside one of the same field', () => {
    const tree = readTree('{"city":{"like":"R%"}}', fields);
    const text = treeText({ chips: [{ field: 'city', op: 'ne', values: ['x'] }], rest: tree?.rest ?? {} });
    expect(JSON.parse(text)).toEqual({ _and: [{ city: { like: 'R%' } }, { city: { ne: 'x' } }] });
  });

  it('is none where the text is no JSON object, and empty where nothing is left', () => {
    expect(readTree('[1]', fields)).toBeNull();
    expect(readTree('{"city":', fields)).toBeNull();
    expect(treeText({ chips: [], rest: {} })).toBe('');
  });
});
