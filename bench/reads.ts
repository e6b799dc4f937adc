import { Publisher, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { measurePages } from './page-reads';
import { measureQueries } from './query-reads';
import type { Published } from './subject';
import { tableCsv } from './table';
import { measureTransfers } from './transfers';

/**
 * Reads against what they cost at the least, all in one run on one machine, every process on the same cores. Prints
 * both sides, their ratio, and the goal of that ratio.
 */
async function main(): Promise<void> {
  const stack = await Stack.start();
  try {
    const publisher = new Publisher(stack.url, stack.adminKey);
    const flights = await publish(publisher, 'Flights', 'parquet', await vegaFile('flights-3m.parquet'));
    const table = await publish(publisher, 'Table', 'csv', tableCsv());
    const subject = { stack, publisher, flights, table };
    await measurePages(subject);
    await measureQueries(subject);
    await measureTransfers(subject);
  } finally {
    await stack.stop();
  }
}

async function publish(
  publisher: Publisher,
  name: string,
  kind: string,
  file: Uint8Array | string,
): Promise<Published> {
  const dataset = await publisher.dataset(name);
  await publisher.version(dataset.id, kind, file);
  const api = await publisher.api({ name, datasetId: dataset.id, active: true, aggregation: true });
  const { token, secret } = await publisher.token(name);
  await publisher.assign(api.id, token.id);
  return { path: api.path, secret };
}

void main();
