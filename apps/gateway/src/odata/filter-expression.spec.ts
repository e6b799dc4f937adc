import type { Field, FieldType } from '@sluice/contracts/fields';
import type { ServiceError } from '@sluice/messaging/service-error';
import { parseQuery } from '@sluice/query/reading/parse-query';
import { openView } from '@sluice/query/views/view';
import { readFilterExpression } from './filter-expression';
import { FilterTreeWriter } from './filter-tree';

const types: Readonly<Record<string, FieldType>> = {
  city: 'text',
  size: 'integer',
  ratio: 'number',
  price: 'decimal',
  open: 'boolean',
  day: 'date',
  at: 'datetime',
  from: 'time',
  tags: 'json',
  '2020_total': 'integer',
};
const rest = { nullable: true, min: null, max: null, distinct: null };
const view = openView(Object.entries(types).map(([name, type]): Field => ({ name, label: name, type, ...rest })));
const write = (text: string) => new FilterTreeWriter(view).write(readFilterExpression(text));
const refusalOf = (text: string): ServiceError => {
  try {
    write(text);
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error(`${text} was read`);
};

describe('$filter', () => {
  it.each([
    ["city eq 'Oslo'", { city: { eq: 'Oslo' } }],
    ["city eq 'O''Hara''s'", { city: { eq: "O'Hara's" } }],
    ["city eq ''", { city: { eq: '' } }],
    ["(city) eq ('Oslo')", { city: { eq: 'Oslo' } }],
    ['size ne 5', { size: { ne: '5' } }],
    ['5 lt size', { size: { gt: '5' } }],
    ['size eq 9007199254740993', { size: { eq: '9007199254740993' } }],
    ['size ge -3', { size: { gte: '-3' } }],
    ['ratio le 1.5e-3', { ratio: { lte: '1.5e-3' } }],
    ['price gt 12345678901234567890.12', { price: { gt: '12345678901234567890.12' } }],
    ['open eq false', { open: { eq: 'false' } }],
    ['open', { open: { eq: 'true' } }],
    ['not open', { open: { eq: 'false' } }],
    ['day eq 2026-01-31', { day: { eq: '2026-01-31' } }],
    ['at ge 2026-01-31T10:00:00.5+02:00', { at: { gte: '2026-01-31T10:00:00.5+02:00' } }],
    ['at lt 2026-01-31', { at: { lt: '2026-01-31' } }],
    ['from eq 08:30:00', { from: { eq: '08:30:00' } }],
    ['city eq null', { city: { null: 'true' } }],
    ['tags ne null', { tags: { null: 'false' } }],
    ['size gt null', { size: { in: [] } }],
    ['_2020_total eq 1', { '2020_total': { eq: '1' } }],
    ["city in ('Oslo','Rome')", { city: { in: ['Oslo', 'Rome'] } }],
    ['not (size in (1,2))', { size: { nin: ['1', '2'] } }],
    ["contains(city,'a,b')", { city: { contains: 'a,b' } }],
    ["startswith(city,'O') eq true", { city: { starts: 'O' } }],
    ["endswith(tolower(city),'lo')", { city: { iends: 'lo' } }],
    ["contains(tolower(city),tolower('OS'))", { city: { icontains: 'os' } }],
    ["contains(tolower(city),'OS')", { city: { in: [] } }],
    ['year(day) eq 2026', { day: { gte: '2026-01-01', lt: '2027-01-01' } }],
    ['year(at) gt 2025', { at: { gte: '2026-01-01' } }],
    ['year(day) le 9999', { day: { null: 'false' } }],
    ['2026 gt year(day)', { day: { lt: '2026-01-01' } }],
    ['date(at) eq 2026-02-28', { at: { gte: '2026-02-28', lt: '2026-03-01' } }],
    [
      'size eq 1 and size eq 2 or open',
      { _or: [{ _and: [{ size: { eq: '1' } }, { size: { eq: '2' } }] }, { open: { eq: 'true' } }] },
    ],
    [
      'size eq 1 and (open and size eq 2)',
      { _and: [{ size: { eq: '1' } }, { open: { eq: 'true' } }, { size: { eq: '2' } }] },
    ],
    ['not (size gt 1 or open)', { _and: [{ _not: { size: { gt: '1' } } }, { open: { eq: 'false' } }] }],
  ])('reads %s as our own condition of the same meaning', (text, tree) => {
    expect(write(text)).toEqual(tree);
    const parsed = parseQuery({ resource: 'query', body: { filter: tree } }, view);
    expect(parsed.ok).toBe(true);
  });

  it('finds no row whose text is null by the opposite of a function: that is unknown', () => {
    const matches = { city: { contains: 'x' } };
    const opposite = { _and: [{ _not: matches }, { city: { null: 'false' } }] };
    expect(write("not contains(city,'x')")).toEqual(opposite);
    expect(write("contains(city,'x') eq false")).toEqual(opposite);
    expect(write("not not contains(city,'x')")).toEqual(matches);
  });

  it.each([
    "city eq 'Oslo",
    'city eq',
    'city',
    'eq 5',
    'size eq 5 and',
    'size eq 5)',
    '(size eq 5',
    'size eq 5 6',
    'size in ()',
    'size in (1,',
    "size eq '5'",
    'city eq 5',
    'open eq 1',
    'day eq 2026-01-31T00:00:00Z',
    'not size eq 5',
    'size = 5',
    'contains(city,5)',
    'contains(city)',
    'year(day) eq 20260',
    'year(city) eq 2026',
    'date(at) eq 2026-02-30',
    'nothing(city)',
    '',
    "city eq 'x'; drop table",
    'size eq 0x10',
    '%',
  ])('refuses %s with the place that cannot be read', (text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid_query', faults: [{ name: '$filter' }] });
  });

  it.each([
    'size eq ratio',
    'size add 1 eq 2',
    'length(city) gt 3',
    "toupper(city) eq 'X'",
    "tolower(city) eq 'x'",
    'month(day) eq 1',
    "tags/any(t: t eq 'x')",
    "color has Sales.Color'Red'",
    "size eq duration'P1D'",
    'size eq @p1',
    'true',
    '1 eq 1',
    'at lt now()',
    '_row gt 5',
  ])('says of %s that it is not offered, and never ignores it', (text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'not_implemented', faults: [{ name: '$filter' }] });
  });

  it('ends with what stands too deep, however much of it there is', () => {
    for (const text of [
      '('.repeat(500_000),
      'not '.repeat(250_000),
      'tolower('.repeat(100_000),
      `${'('.repeat(60)}open${')'.repeat(60)}`,
    ])
      expect(refusalOf(text)).toMatchObject({ code: 'invalid_query' });
    const long = Array.from({ length: 60_000 }, () => 'size eq 1').join(' or ');
    const parsed = parseQuery({ resource: 'query', body: { filter: write(long) } }, view);
    expect(parsed).toMatchObject({ ok: false, faults: [{ code: 'too_large' }] });
  });
});
