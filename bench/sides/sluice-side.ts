import type { Publisher } from '../../test/support/publisher';
import type { Stack } from '../../test/support/stack';
import type { Published } from '../subject';
import { type Asked, askSluice } from '../workloads/dialects';
import { TABLE_ROWS, tableCsv } from '../workloads/table';
import { PAGE_STEP, type Question } from '../workloads/workloads';
import { httpSide } from './http-side';
import type { Side } from './side';
import { walkCursors } from './walk-cursors';

const PROCESSES = ['gateway-1', 'catalogue-1'];

export interface SluiceSide extends Side, Published {
  words: (question: Question) => Asked;
}

/** The product with a token and all its limits, over the table. A fresh one has a new gateway and a new catalogue. */
export async function sluiceSide(stack: Stack, publisher: Publisher): Promise<SluiceSide> {
  const dataset = await publisher.dataset('Table');
  await publisher.version(dataset.id, 'csv', tableCsv());
  const api = await publisher.api({ name: 'Table', datasetId: dataset.id, active: true, aggregation: true });
  const { token, secret } = await publisher.token('Table');
  await publisher.assign(api.id, token.id);
  const cursors = await walkCursors({ url: stack.url, path: api.path, secret }, TABLE_ROWS, PAGE_STEP);
  const words = (question: Question) => askSluice(api.path, question, cursors);
  const side = httpSide({
    name: 'Sluice',
    url: stack.url,
    secret,
    pids: () => PROCESSES.map((name) => stack.pid(name)),
    words,
    restart: async () => {
      for (const name of PROCESSES) await stack.stopPart(name);
      for (const name of PROCESSES) await stack.restart(name);
      await stack.ready();
    },
  });
  return { ...side, words, path: api.path, secret };
}
