import { read } from '../test/support/publisher';
import { Baseline } from './baseline';
import { requestsPerSecond } from './load';
import { perSecond, report } from './report';
import type { Subject } from './subject';
import { TABLE_ROWS } from './table';

const LOOKUPS = 20_000;
const COLD_SECONDS = 2;

/**
 * Lookups of 16 clients by a unique field against one NATS round trip of the same bytes: first while the index and the
 * rows are made ready, then when they are.
 */
export async function measurePoints({ stack, table }: Subject): Promise<void> {
  const row = (await read(stack.url, `${table.path}?_limit=1`, table.secret)).text;
  const baseline = await Baseline.start(stack.bus, row);
  try {
    const ids = Array.from({ length: LOOKUPS }, (_, index) => (index * 7_919) % TABLE_ROWS);
    const lookups = ids.map((id) => `/api/${table.path}?id=${id}`);
    const cold = await requestsPerSecond(stack.url, lookups, table.secret, { warmUpSeconds: 0, seconds: COLD_SECONDS });
    await requestsPerSecond(stack.url, lookups.toReversed(), table.secret);
    const floor = await requestsPerSecond(baseline.url, ['/nats']);
    const steady = await requestsPerSecond(stack.url, lookups, table.secret);
    const compare = (name: string, measured: number) => {
      const figures = `${perSecond(measured, 'req')} against ${perSecond(floor, 'req')} of a NATS round trip`;
      report(name, figures, floor / measured, 1.5, stack);
    };
    compare(`point lookup by a unique field, the first ${COLD_SECONDS} s`, cold);
    compare('point lookup by a unique field, steady', steady);
  } finally {
    baseline.stop();
  }
}
