import { readFileSync } from 'node:fs';
import { Publisher, read, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { Baseline } from './baseline';
import { requestsPerSecond } from './load';
import { TABLE_ROWS, tableCsv } from './table';

/**
 * Reads against what they cost at the least, all in one run on one machine: 16 clients, pages of 100 rows, every process
 * on the same cores. Prints requests per second side by side, their ratio, and the goal of that ratio.
 */
const PAGE = 100;
const processes = ['gateway-1', 'catalogue-1'];
const KIB_PER_MIB = 1024;
const WALKED_ROWS = 1_000_000;

interface Published {
  path: string;
  secret: string;
}

async function main(): Promise<void> {
  const stack = await Stack.start();
  const publisher = new Publisher(stack.url, stack.adminKey);
  let baseline: Baseline | undefined;
  try {
    const flights = await publish(publisher, 'Flights', 'parquet', await vegaFile('flights-3m.parquet'));
    const table = await publish(publisher, 'Table', 'csv', tableCsv());
    const page = (await read(stack.url, `${flights.path}?_limit=${PAGE}`, flights.secret)).text;
    baseline = await Baseline.start(stack.natsUrl, page);
    const memory = await requestsPerSecond(baseline.url, ['/memory']);
    const nats = await requestsPerSecond(baseline.url, ['/nats']);
    console.log(
      `bare Fastify, ${page.length} bytes from memory: ${rate(memory)}; with one NATS round trip: ${rate(nats)}\n`,
    );

    const hot = await requestsPerSecond(stack.url, [`/api/${flights.path}?_limit=${PAGE}`], flights.secret);
    report('hot page', hot, memory, 1.4, stack);

    const cursors = await walk(stack.url, flights);
    const third = Math.floor(cursors.length / 3);
    const first = await requestsPerSecond(stack.url, cursors.slice(0, third), flights.secret);
    report('uncached pages, first third', first, nats, 1.25, stack);
    const deepest = await requestsPerSecond(stack.url, cursors.slice(-third), flights.secret);
    report('uncached pages, deepest third', deepest, nats, 1.25, stack);
    console.log(`  first against deepest: ${(first / deepest).toFixed(2)} (goal 1.2)\n`);

    const ids = Array.from({ length: 20_000 }, (_, index) => (index * 7_919) % TABLE_ROWS);
    const point = await requestsPerSecond(
      stack.url,
      ids.map((id) => `/api/${table.path}?id=${id}`),
      table.secret,
    );
    report('point lookup by a unique field', point, nats, 1.5, stack);
  } finally {
    baseline?.stop();
    await stack.stop();
  }
}

async function publish(
  publisher: Publisher,
  name: string,
  kind: string,
  file: Uint8Array | string,
): Promise<Published> {
  const { api, secret } = await publisher.publish(name, kind, file);
  return { path: api.path, secret };
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

function report(name: string, measured: number, floor: number, goal: number, stack: Stack): void {
  const ratio = floor / measured;
  const memory = processes.map((process) => `${process} ${residentMib(stack.pid(process))} MiB`).join(', ');
  const verdict = ratio <= goal ? 'reached' : 'missed';
  console.log(`${name}: ${rate(measured)}, ${ratio.toFixed(2)} times the floor (goal ${goal}, ${verdict}); ${memory}`);
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')} req/s`;
}

function residentMib(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / KIB_PER_MIB);
}

void main();
