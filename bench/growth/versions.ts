import type { Publisher } from '../../test/support/publisher';
import type { Stack } from '../../test/support/stack';
import { type Asking, type Cost, costOf, type Growth, get, timeOf } from './growth-cost';

const ROWS = 2_000;
/** Pages of these lengths have addresses of their own. */
const [SHORTEST, LONGEST] = [81, 100];

/** New pages of ten fields, of versions with more and more fields. */
export async function growFields(stack: Stack, publisher: Publisher, sizes: readonly number[]): Promise<Growth[]> {
  const costs = new Map<number, Cost>();
  for (const fields of sizes) {
    const { api, secret } = await publisher.publish(`Fields ${fields}`, 'csv', csvOf(fields));
    const select = Array.from({ length: Math.min(10, fields) }, (_, field) => `c${field}`).join();
    costs.set(fields, await costOf(stack, pagesOf(api.path, secret, `_select=${select}`)));
  }
  return [{ of: 'fields', work: 'new page of ten of them', costs }];
}

/** New pages of the latest version, and the import of one more, of a dataset with more and more versions. */
export async function growVersions(stack: Stack, publisher: Publisher, sizes: readonly number[]): Promise<Growth[]> {
  const pages = new Map<number, Cost>();
  const imports = new Map<number, Cost>();
  const file = csvOf(10);
  const { api, secret } = await publisher.publish('Versions', 'csv', file);
  let made = 1;
  for (const size of sizes) {
    for (; made < size; made++) await publisher.version(api.datasetId, 'csv', file);
    pages.set(size, await costOf(stack, pagesOf(api.path, secret, '_pretty=false')));
    imports.set(
      size,
      await timeOf(async () => {
        for (let one = 0; one < 3; one++, made++) await publisher.version(api.datasetId, 'csv', file);
      }, 3),
    );
  }
  return [
    { of: 'versions', work: 'new page', costs: pages },
    { of: 'versions', work: 'import of one more by the clock', costs: imports },
  ];
}

function pagesOf(path: string, secret: string, query: string): Asking {
  let next = 0;
  return {
    secret,
    next: () => {
      const length = LONGEST - Math.floor(next / ROWS);
      const offset = (next++ * 1_009) % ROWS;
      return length >= SHORTEST ? get(`/api/${path}?${query}&_limit=${length}&_offset=${offset}`) : undefined;
    },
  };
}

function csvOf(fields: number): string {
  const columns = Array.from({ length: fields }, (_, field) => field);
  const lines = Array.from({ length: ROWS }, (_, row) => columns.map((field) => (row * (field + 1)) % 9_973).join());
  return `${columns.map((field) => `c${field}`).join()}\n${lines.join('\n')}\n`;
}
