import { MAX_API_TOKENS } from '@sluice/contracts/ids';
import type { Publisher } from '../../test/support/publisher';
import type { Stack } from '../../test/support/stack';
import { type Cost, costOf, type Growth, get, inTurn } from './growth-cost';

const FILE = `id,name\n${Array.from({ length: 100 }, (_, id) => `${id},customer ${id}`).join('\n')}\n`;
/** Those that are asked; the others are only there. */
const ASKED = 10;
const AT_A_TIME = 8;

/** A hot page of ten APIs, of more and more. */
export async function growApis(stack: Stack, publisher: Publisher, sizes: readonly number[]): Promise<Growth[]> {
  const dataset = await publisher.dataset('Of many APIs');
  await publisher.version(dataset.id, 'csv', FILE);
  const { token, secret } = await publisher.token('Of many APIs');
  const costs = new Map<number, Cost>();
  const paths: string[] = [];
  let made = 0;
  for (const size of sizes) {
    await repeat(size - made, async () => {
      const api = await publisher.api({ name: `One of many ${made++}`, datasetId: dataset.id, active: true });
      if (paths.length >= ASKED) return;
      paths.push(`/api/${api.path}`);
      await publisher.assign(api.id, token.id);
    });
    costs.set(size, await costOf(stack, { secret, next: inTurn(paths.map((path) => get(path))) }));
  }
  return [{ of: 'APIs', work: 'hot page of ten of them', costs }];
}

/** A hot page that all tokens ask for, one after the other, of more and more. */
export async function growTokens(stack: Stack, publisher: Publisher, sizes: readonly number[]): Promise<Growth[]> {
  const dataset = await publisher.dataset('Of many tokens');
  await publisher.version(dataset.id, 'csv', FILE);
  const few = new Map<number, Cost>();
  const all = new Map<number, Cost>();
  const asking: ReturnType<typeof get>[] = [];
  let made = 0;
  for (const size of sizes) {
    while (made < size) {
      const api = await publisher.api({ name: `Of tokens from ${made} on`, datasetId: dataset.id, active: true });
      await repeat(Math.min(size - made, MAX_API_TOKENS), async () => {
        const { token, secret } = await publisher.token(`One of many ${made++}`);
        await publisher.assign(api.id, token.id);
        // Every token is verified once before it is measured.
        const authorization = `Bearer ${secret}`;
        await (await fetch(`${stack.url}/api/${api.path}`, { headers: { authorization } })).arrayBuffer();
        asking.push(get(`/api/${api.path}`, secret));
      });
    }
    few.set(size, await costOf(stack, { next: inTurn(asking.slice(0, ASKED)) }));
    all.set(size, await costOf(stack, { next: inTurn(asking) }));
  }
  return [
    { of: 'tokens', work: 'hot page asked by ten of them', costs: few },
    { of: 'tokens', work: 'hot page asked by all in turn', costs: all },
  ];
}

/** Does a piece of work again and again, some at a time. */
async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    while (left-- > 0) await work();
  });
  await Promise.all(workers);
}
