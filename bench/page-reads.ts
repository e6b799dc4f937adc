import { read } from '../test/support/publisher';
import { Baseline } from './baseline';
import { requestsPerSecond } from './load';
import { perSecond, report, withProcessorTime } from './report';
import type { Published, Subject } from './subject';

const PAGE = 100;
const WALKED_ROWS = 1_000_000;

/** Pages of 16 clients against a bare Fastify route and one NATS round trip that carry the same bytes. */
export async function measurePages({ stack, flights }: Subject): Promise<void> {
  const page = (await read(stack.url, `${flights.path}?_limit=${PAGE}`, flights.secret)).text;
  const baseline = await Baseline.start(stack.bus, page);
  try {
    const memory = await withProcessorTime(baseline.serverPid, () => requestsPerSecond(baseline.url, ['/memory']));
    const path = `/api/${flights.path}?_limit=${PAGE}`;
    const hot = await withProcessorTime(stack.pid('gateway-1'), () =>
      requestsPerSecond(stack.url, [path], flights.secret),
    );
    const compare = (name: string, measured: number, floor: number, goal: number, of: string) => {
      const figures = `${perSecond(measured, 'req')} against ${perSecond(floor, 'req')} of ${of}`;
      report(name, figures, floor / measured, goal, stack);
    };
    compare('hot page', hot.rate, memory.rate, 1.4, 'a bare Fastify route');
    console.log(`hot page: ${hot.us} us of the processor, a bare Fastify route: ${memory.us} us`);

    const cursors = await walk(stack.url, flights);
    const third = Math.floor(cursors.length / 3);
    const nats = await requestsPerSecond(baseline.url, ['/nats']);
    const first = await requestsPerSecond(stack.url, cursors.slice(0, third), flights.secret);
    compare('uncached pages, first third', first, nats, 1.25, 'a NATS round trip');
    const deepest = await requestsPerSecond(stack.url, cursors.slice(-third), flights.secret);
    compare('uncached pages, deepest third', deepest, nats, 1.25, 'a NATS round trip');
    report('deepest against first', '', first / deepest, 1.2, stack);
  } finally {
    baseline.stop();
  }
}

/** The addresses of pages all over the first million rows: cursors do not depend on the length of a page. */
async function walk(gateway: string, { path, secret }: Published): Promise<string[]> {
  const pages: string[] = [];
  let next: string | null = `/api/${path}?_limit=1000`;
  for (let rows = 0; next && rows < WALKED_ROWS; rows += 1_000) {
    pages.push(next.replace('_limit=1000', `_limit=${PAGE}`));
    const { json } = await read(gateway, next.slice('/api/'.length), secret);
    next = (json as { links: { next: string | null } }).links.next;
  }
  return pages;
}
