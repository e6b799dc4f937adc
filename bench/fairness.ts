import { Publisher, read, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { waitFor } from '../test/support/wait-for';
import { medianMs } from './load';

/** How much one token's exports, as many as it may run, slow the pages of another: uncached ones, one after the other. */
const GOAL = 2;
const PAGES = 200;
const EXPORTS = 1;

async function main(): Promise<void> {
  const stack = await Stack.start();
  try {
    const publisher = new Publisher(stack);
    const heavy = await publisher.publish('Flights', 'parquet', await vegaFile('flights-3m.parquet'));
    const light = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    let offset = 0;
    const page = async () => {
      const { status } = await read(
        stack.url,
        `${light.api.path}?_limit=100&_offset=${offset++ % 1_300}`,
        light.secret,
      );
      if (status !== 200) throw new Error(`a page was answered with ${status}`);
    };
    await medianMs(page, PAGES);
    const alone = await medianMs(page, PAGES);
    const leaving = new AbortController();
    let bytes = 0;
    const exporting = Array.from({ length: EXPORTS }, async () => {
      const init = { headers: { authorization: `Bearer ${heavy.secret}` }, signal: leaving.signal };
      while (!leaving.signal.aborted) {
        const { status, body } = await fetch(`${stack.url}/api/${heavy.api.path}/_export?_format=csv`, init);
        if (status !== 200) throw new Error(`an export was answered with ${status}`);
        for await (const chunk of body ?? []) bytes += chunk.length;
      }
    });
    await Promise.race([...exporting, waitFor('exported rows', () => bytes > 0)]);
    const beside = await medianMs(page, PAGES);
    leaving.abort();
    await Promise.allSettled(exporting);
    const ratio = beside / alone;
    const verdict = ratio <= GOAL ? 'reached' : 'missed';
    console.log(
      `page alone: ${alone.toFixed(2)} ms; beside ${EXPORTS} exports of another token: ${beside.toFixed(2)} ms, ${ratio.toFixed(2)} times (goal ${GOAL}, ${verdict})`,
    );
  } finally {
    await stack.stop();
  }
}

void main();
