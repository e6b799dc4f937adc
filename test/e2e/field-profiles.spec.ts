import type { FieldProfile, Profile } from '@sluice/contracts/catalogue/profiles';
import { ordersOn } from '../support/orders';
import { type Answer, Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const header = 'whole,number,exact,day,moment,clock,word,yes,nested';
const line = (i: number) =>
  [
    10n ** 18n + BigInt(i * i),
    i / 8,
    `${i}2345678901234567.25`,
    `19${60 + (i % 20)}-0${1 + (i % 9)}-11`,
    `19${60 + (i % 20)}-03-04T05:06:07.5Z`,
    `0${i % 9}:30:00`,
    ['Öre & Söhne', '日本 🦊', 'a=b+c'][i % 3],
    i % 4 === 0,
    '"{""a"":1}"',
  ].join(',');
const csv = [header, ...Array.from({ length: 90 }, (_, i) => line(i + 1)), ',,,,,,,,'].join('\n');

describe('the profile of a version', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  const orders = ordersOn(stack, 'Profiled');

  const profile = (datasetId: string, query = '', number = 1): Promise<Answer> =>
    publisher.call('GET', `/datasets/${datasetId}/versions/${number}/profile${query}`);

  it('tells of every bar and value just as many rows as a filter by them finds, whatever the type', async () => {
    const { id } = await publisher.dataset('Profiled types');
    await publisher.version(id, 'csv', csv, `?types=${JSON.stringify({ exact: 'decimal', nested: 'json' })}`);
    const answer = await profile(id);
    expect(answer.status).toBe(200);
    const { rows, fields } = answer.json as Profile;
    expect(rows).toBe(91);
    expect(fields.map(({ name }) => name)).toEqual(header.split(','));
    const found = async (asked: [string, string][]) => {
      const query = new URLSearchParams([...asked, ['_limit', '1'], ['_count', 'exact']]);
      const { json } = await publisher.call('GET', `/datasets/${id}/versions/1/rows?${query}`);
      return (json as { page: { total: number } }).page.total;
    };
    for (const field of fields) {
      for (const { asked, count } of filtersOf(field)) expect([asked, await found(asked)]).toEqual([asked, count]);
    }
    expect(fields[0]).toMatchObject({ nulls: 1, distinct: 90, isEstimate: false, min: '1000000000000000001' });
  });

  it('is of the rows by now where a version grows, as its rows are', async () => {
    const { dataset, sent } = await orders();
    const before = (await profile(dataset.id, '?fields=order_id')).json as Profile;
    await sent({ order_id: 77 });
    const after = (await profile(dataset.id, '?fields=order_id')).json as Profile;
    expect(after.rows).toBe(before.rows + 1);
    expect(after.fields[0]?.max).toBe('77');
    const { json } = await publisher.call('GET', `/datasets/${dataset.id}/versions/1/rows?order_id=77`);
    expect(json).toMatchObject({ data: [{ order_id: 77 }] });
  });

  it('names the field that there is not, and what is there instead of a version or too many fields', async () => {
    const { id } = await publisher.dataset('Profiled little');
    await publisher.version(id, 'csv', 'city,size\nRome,1\n');
    expect(await profile(id, '?fields=ctiy,size')).toMatchObject({
      status: 400,
      json: { code: 'invalid_query', errors: [{ name: 'fields', code: 'unknown_field', hint: 'did you mean city?' }] },
    });
    expect(await profile(id, `?fields=${Array.from({ length: 21 }, () => 'city')}`)).toMatchObject({ status: 400 });
    expect(await profile(id, '?field=city')).toMatchObject({ status: 400 });
    expect(await profile(id, '', 2)).toMatchObject({ status: 404, json: { code: 'version_not_found' } });
  });
});

/** The filters that stand for the parts of a profile, and the rows that each was told to have. */
function filtersOf({ name, nulls, buckets, top }: FieldProfile): { asked: [string, string][]; count: number }[] {
  return [
    { asked: [[`${name}__null`, 'true']], count: nulls },
    ...(top ?? []).map(({ value, count }) => ({ asked: [[name, value]] as [string, string][], count })),
    ...(buckets ?? []).flatMap(({ from, to, count }) =>
      from === null || to === null
        ? []
        : [
            {
              asked: [
                [`${name}__gte`, from],
                [`${name}__lte`, to],
              ] as [string, string][],
              count,
            },
          ],
    ),
  ];
}
