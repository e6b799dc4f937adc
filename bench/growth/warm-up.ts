import type { Publisher } from '../../test/support/publisher';
import type { Stack } from '../../test/support/stack';
import { askOverHttp } from '../sides/http-side';
import { tableCsv } from '../workloads/table';
import { get } from './growth-cost';

const ROWS = 10_000;
const SECONDS = 3;

/** Asks a product that has just started, until its code is compiled: else the smallest size pays for it, and growth hides. */
export async function warmUp(stack: Stack, publisher: Publisher): Promise<void> {
  const { api, secret } = await publisher.publish('Warm-up', 'csv', tableCsv(ROWS));
  const queries = [
    () => '_limit=100',
    (n: number) => `_limit=100&_offset=${n % ROWS}`,
    (n: number) => `id=${n % ROWS}`,
    (n: number) => `city=city ${n % 500}&amount__gte=${n % 5_000}&_sort=qty&_limit=20`.replace(' ', '%20'),
  ];
  for (const query of queries) {
    let next = 0;
    await askOverHttp({ url: stack.url, secret }, () => get(`/api/${api.path}?${query(next++)}`), SECONDS);
  }
}
