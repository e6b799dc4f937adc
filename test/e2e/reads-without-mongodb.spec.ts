import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROWS = 2_000;
const rows = Array.from({ length: ROWS }, (_, id) => `${id},city ${id % 16},${(id * 7919) % ROWS}`);

describe('reads that no cache of answers knows', () => {
  const stack = useStack();
  const publisher = new Publisher(stack);

  it('are answered while there is no MongoDB: pages, lookups, sorts and groups', async () => {
    const dataset = await publisher.dataset('Towns');
    await publisher.version(dataset.id, 'csv', `id,city,amount\n${rows.join('\n')}\n`);
    const api = await publisher.api({ name: 'Towns', datasetId: dataset.id, active: true, aggregation: true });
    const { token, secret } = await publisher.token('Reader');
    await publisher.assign(api.id, token.id);
    const ask = async (search: string) => (await read(stack.url, `${api.path}?${search}`, secret)).status;
    await waitFor('rows', async () => (await ask('_limit=7')) === 200);
    await stack.stopPart('mongo');
    const searches = [
      '_limit=11&_offset=400',
      'id=1234',
      'amount__gte=1000&_sort=-amount&_limit=5',
      '_group=city&_agg=sum(amount)&amount__gte=17',
      'city=city%203&_sort=amount',
    ];
    expect(await Promise.all(searches.map(ask))).toEqual(searches.map(() => 200));
  });
});
