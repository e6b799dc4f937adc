import type { Field } from '@sluice/contracts/fields';
import { openSettings } from '@sluice/contracts/registry/api-settings';
import { viewOf } from '@sluice/query/exposing/api-view';
import { parseQueryBody, parseRowQuery } from '@sluice/query/reading/parse-query';
import { parseJson } from '@sluice/query/values/json-value';
import { queryBodyOf } from './query-body';

const url = 'https://data.example.com/api/orders';
const fields = (['text', 'integer', 'decimal', 'json'] as const).map((type): Field => {
  return { name: `a_${type}`, label: type, type, nullable: true, min: null, max: null, distinct: null };
});
const area = { name: 'area', type: 'text', default: 'EU', description: '' } as const;
const rowFilter = { a_text: { ne: { $param: 'area' } } };
const view = viewOf({ ...openSettings, parameters: [area], rowFilter }, fields);
const bodyOf = (search: string) => queryBodyOf({ url, parameters: [...new URLSearchParams(search)], own: [area.name] });
const tree = encodeURIComponent('{"_or":[{"a_integer":9007199254740993},{"a_text":{"starts":"ü \\u2028"}}]}');
const many = Array.from({ length: 300 }, (_, index) => `a_integer__in=${index}`).join('&');

describe('a query as the body of a request', () => {
  it.each([
    `_filter=${tree}`,
    `_filter=${tree}&a_text=it's&a_decimal__gte=1.50&a_decimal__lt=9&_limit=10&_sort=-a_text,a_integer`,
    `${many}&_select=a_text,a_json&_offset=0&_count=exact`,
    `_filter=${tree}&area=US&a_json.key.0__gt=3&a_text__null=false`,
    `_filter=${tree}&_group=a_text&_agg=count,max(a_decimal)&_sort=-count&_shape=array`,
  ])('asks for the same as its address, with every digit: %#', (search) => {
    const body = bodyOf(search);
    expect(body).toMatch(/^[ -~]+$/);
    const asked = parseQueryBody(parseJson(body ?? ''), view);
    expect(asked).toMatchObject({ ok: true });
    expect(asked).toEqual(parseRowQuery(search, view));
  });

  it.each([
    'a_text=EU&_limit=10',
    `${many}&a_text=1&a_text=2`,
    `${many}&_unknown=1`,
    `_filter=${tree}&_limit=1&_limit=2`,
    '_filter=[]',
    '_filter=nonsense',
    `_filter=${tree}&a__b__c=1`,
  ])('is none where the address is short, or the body could mean something else: %#', (search) => {
    expect(bodyOf(search)).toBeNull();
  });
});
