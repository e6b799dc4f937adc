import type { Publisher } from '../../test/support/publisher';
import type { Stack } from '../../test/support/stack';
import { waitFor } from '../../test/support/wait-for';
import { walkCursors } from '../sides/walk-cursors';
import { askSluice } from '../workloads/dialects';
import { shuffled } from '../workloads/seeded';
import { AMOUNTS, CITIES, tableBytes } from '../workloads/table';
import type { Question } from '../workloads/workloads';
import { type Asking, type Cost, costOf, type Growth, get, lower, timeOf } from './growth-cost';

const ROUNDS = 2;
const IMPORT_MS = 900_000;
/** Pages of these lengths have addresses of their own: few rows have few places where a page begins. */
const LENGTHS = [93, 94, 95, 96, 97, 98, 99, 100];
/** Rows between the beginnings of two pages. */
const STEPS = new Map([
  [10_000, 8],
  [100_000, 40],
  [1_000_000, 500],
  [10_000_000, 1_000],
]);

/** Pages anywhere, lookups, filters with a sort and groups over more and more rows, in turns; and their imports. */
export async function growRows(stack: Stack, publisher: Publisher, sizes: readonly number[]): Promise<Growth[]> {
  const works = ['page', 'lookup', 'filter and sort', 'group'].map((work) => ({
    of: 'rows',
    work,
    costs: new Map<number, Cost>(),
  }));
  const imports = { of: 'rows', work: 'import, for each row by the clock', costs: new Map<number, Cost>() };
  const askings = new Map<number, Asking[]>();
  for (const rows of sizes) {
    const dataset = await publisher.dataset(`Rows ${rows}`);
    const csv = tableBytes(rows);
    imports.costs.set(rows, await timeOf(() => publishFile(publisher, dataset.id, csv), rows));
    askings.set(rows, await askingsOf(stack, publisher, dataset.id, rows));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { costs }] of works.entries()) {
      for (const [rows, each] of askings) {
        const asking = each[index];
        if (asking) costs.set(rows, lower(await costOf(stack, asking), costs.get(rows)));
      }
    }
  }
  return [...works, imports];
}

async function publishFile(publisher: Publisher, datasetId: string, file: Uint8Array): Promise<void> {
  const { status, text, json } = await publisher.upload(datasetId, 'csv', file);
  if (status === 201) return;
  if (status !== 202) throw new Error(`${status}: ${text}`);
  const { id } = json as { id: string };
  await waitFor('the import', async () => (await publisher.import(id)).phase === 'done', IMPORT_MS);
}

async function askingsOf(stack: Stack, publisher: Publisher, datasetId: string, rows: number): Promise<Asking[]> {
  const api = await publisher.api({ name: `Rows ${rows}`, datasetId, active: true, aggregation: true });
  const { token, secret } = await publisher.token(`Rows ${rows}`);
  await publisher.assign(api.id, token.id);
  const cursors = await walkCursors({ url: stack.url, path: api.path, secret }, rows, STEPS.get(rows) ?? 1_000);
  const pages = [...cursors.values()].flatMap((cursor) =>
    LENGTHS.map((length) => `_limit=${length}&_cursor=${cursor}`),
  );
  const each = <Made>(count: number, make: (number: number) => Made) => {
    const order = shuffled(count, rows);
    let next = 0;
    return () => {
      const number = order[next++];
      return number === undefined ? undefined : make(number);
    };
  };
  const ask = (question: Question) => askSluice(api.path, question, new Map());
  const atLeast = (cents: number) => (cents / 100).toFixed(2);
  return [
    { secret, next: each(pages.length, (n) => get(`/api/${api.path}?${pages[n]}`)) },
    {
      secret,
      next: each(rows * LENGTHS.length, (n) =>
        get(`/api/${api.path}?id=${Math.floor(n / LENGTHS.length)}&_limit=${LENGTHS[n % LENGTHS.length]}`),
      ),
    },
    {
      secret,
      next: each(AMOUNTS * 100, (n) => ask({ of: 'filter', city: `city ${n % CITIES}`, atLeast: atLeast(n) })),
    },
    { secret, next: each(AMOUNTS * 100, (n) => ask({ of: 'group', atLeast: atLeast(n) })) },
  ];
}
