import type { Publisher } from '../../test/support/publisher';
import type { Stack } from '../../test/support/stack';
import { type Cost, costOf, type Growth } from './growth-cost';

const BATCH = 1_000;
const FIRST_FILE = 'id,name,amount\n0,file,1.5\n';

/** Sends of one row behind more and more rows that were sent before. */
export async function growSends(stack: Stack, publisher: Publisher, sizes: readonly number[]): Promise<Growth[]> {
  const dataset = await publisher.dataset('Sends');
  await publisher.version(dataset.id, 'csv', FIRST_FILE);
  const { token, secret } = await publisher.token('Sends');
  const api = await publisher.api({
    name: 'Sends',
    datasetId: dataset.id,
    path: 'sends',
    method: 'POST',
    active: true,
  });
  await publisher.assign(api.id, token.id);
  const costs = new Map<number, Cost>();
  const headers = { 'content-type': 'application/json' };
  let sent = 1;
  const bodyOf = (count: number) => JSON.stringify(Array.from({ length: count }, () => rowOf(sent++)));
  for (const size of sizes) {
    while (sent < size) {
      const response = await fetch(`${stack.url}/api/sends`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${secret}` },
        body: bodyOf(Math.min(BATCH, size - sent)),
      });
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    }
    const next = () => ({ method: 'POST' as const, path: '/api/sends', headers, body: bodyOf(1) });
    costs.set(size, await costOf(stack, { secret, next }));
  }
  return [{ of: 'rows sent before', work: 'send of one row', costs }];
}

function rowOf(id: number) {
  return { id, name: `customer ${id % 5_000}`, amount: (id % 10_000) / 4 };
}
