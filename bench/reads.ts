import { Publisher, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { measurePages } from './page-reads';
import { measurePoints } from './point-reads';
import { measureQueries } from './query-reads';
import type { Published, Subject } from './subject';
import { tableCsv } from './table';
import { measureTransfers } from './transfers';

const workloads: Record<string, (subject: Subject) => Promise<void>> = {
  pages: measurePages,
  points: measurePoints,
  queries: measureQueries,
  transfers: measureTransfers,
};

/**
 * Reads against what they cost at the least, all in one run on one machine, every process on the same cores. Prints
 * both sides, their ratio, and the goal of that ratio. Takes the names of workloads; without any it runs all of them.
 */
async function main(names: string[]): Promise<void> {
  const asked = (names.length > 0 ? names : Object.keys(workloads)).map((name) => {
    const measure = workloads[name];
    if (!measure) throw new Error(`${name} is none of ${Object.keys(workloads).join(', ')}`);
    return measure;
  });
  const stack = await Stack.start();
  try {
    const publisher = new Publisher(stack);
    const flights = await publish(publisher, 'Flights', 'parquet', await vegaFile('flights-3m.parquet'));
    const table = await publish(publisher, 'Table', 'csv', tableCsv());
    const subject = { stack, publisher, flights, table };
    for (const measure of asked) await measure(subject);
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

void main(process.argv.slice(2));
