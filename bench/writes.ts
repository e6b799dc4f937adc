import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mongoose';
import { Publisher } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { askInTurns, CLIENTS } from './load';
import { perSecond, report } from './report';

const SECONDS = 5;
/** Rows of a batch -> senders at a time. */
const batches = new Map([
  [1, 20],
  [100, 20],
  [10_000, 4],
]);
/** Rows a second that arrive while pages are read, beside as many as there can be; a batch has a hundred. */
const ARRIVING = 2_000;
const BATCH = 100;
/** How many times as long the slowest of a hundred pages may take meanwhile. */
const READ_GOAL = 2;
/** At least 0.7 of the rows a second that MongoDB takes itself. */
const GOAL = 1.43;

type Row = ReturnType<typeof rowOf>;

/** How many rows a second arrive, against MongoDB's own insertMany of the same documents, and what reads pay for it. */
async function main(): Promise<void> {
  for (const replicas of [1, 3]) {
    const stack = await Stack.start({ catalogue: replicas });
    try {
      console.log(`\n${replicas} replica${replicas > 1 ? 's' : ''} of the catalogue`);
      await measureWrites(stack);
      if (replicas === 1) await measureReads(stack);
    } finally {
      await stack.stop();
    }
  }
}

async function measureWrites(stack: Stack): Promise<void> {
  const connection = await createConnection(stack.mongoUrl, { dbName: 'bench_writes' }).asPromise();
  const collection = connection.collection('rows', { writeConcern: { w: 1, journal: true } });
  for (const [size, senders] of batches) {
    const send = await target(stack, `writes-${size}`);
    // Both warm up before they are measured.
    const rates: [number, number] = [0, 0];
    for (const seconds of [1, SECONDS]) {
      rates[0] = await rowsPerSecond(size, senders, seconds, async (rows) => {
        await collection.insertMany(
          rows.map((row) => ({ ...row })),
          { ordered: true },
        );
      });
      rates[1] = await rowsPerSecond(size, senders, seconds, send.rows);
    }
    const [bare, ours] = rates;
    const figures = `${perSecond(ours, 'rows')}, insertMany ${perSecond(bare, 'rows')}`;
    report(`batches of ${size}, ${senders} senders`, figures, bare / ours, GOAL, stack);
  }
  await connection.close();
}

/** A page while nobody writes, and while somebody does. */
async function measureReads(stack: Stack): Promise<void> {
  const { rows, path, secret } = await target(stack, 'read-while-written');
  await rows(rowsFrom(0, 10_000));
  const pages = [`/api/${path}?_limit=100`, `/api/${path}?region=EU&_limit=100`];
  for (const page of pages) {
    const ask = () => askInTurns(stack.url, [page], secret);
    const idle = await ask();
    for (const atMost of [ARRIVING, Number.POSITIVE_INFINITY]) {
      const { written, busy } = await whileWritten(rows, atMost, ask);
      const figures = `${page}: p99 ${busy.p99Ms.toFixed(1)} ms with ${CLIENTS} readers while ${perSecond(written, 'rows')} arrive, ${idle.p99Ms.toFixed(1)} ms while none do`;
      if (atMost === ARRIVING) report('pages', figures, busy.p99Ms / idle.p99Ms, READ_GOAL, stack);
      else console.log(figures);
    }
  }
}

/** Measures reads while batches arrive one after the other, so many rows a second at most; tells how many did. */
async function whileWritten<Busy>(
  send: (rows: readonly Row[]) => Promise<void>,
  atMost: number,
  read: () => Promise<Busy>,
): Promise<{ written: number; busy: Busy }> {
  let [stop, sent] = [false, 0];
  const startMs = performance.now();
  const writing = (async () => {
    while (!stop) {
      await send(rowsFrom(20_000, BATCH));
      sent += BATCH;
      const aheadMs = (sent / atMost) * 1_000 - (performance.now() - startMs);
      if (aheadMs > 0) await pause(aheadMs);
    }
  })();
  const busy = await read();
  stop = true;
  await writing;
  return { written: (sent / (performance.now() - startMs)) * 1_000, busy };
}

/** An endpoint that takes rows, and one that reads them. */
async function target(stack: Stack, path: string) {
  const publisher = new Publisher(stack);
  const dataset = await publisher.dataset(path);
  await publisher.version(dataset.id, 'csv', 'id,name,region,amount,day,active\n0,file,EU,1.5,2026-01-01,true\n');
  const { token, secret } = await publisher.token(path);
  for (const method of ['GET', 'POST'] as const) {
    const api = await publisher.api({ name: `${path} ${method}`, datasetId: dataset.id, path, method, active: true });
    await publisher.assign(api.id, token.id);
  }
  const rows = async (sent: readonly Row[]): Promise<void> => {
    const response = await fetch(`${stack.url}/api/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  return { rows, path, secret };
}

async function rowsPerSecond(
  size: number,
  senders: number,
  seconds: number,
  send: (rows: readonly Row[]) => Promise<void>,
): Promise<number> {
  let [next, done] = [0, 0];
  const startMs = performance.now();
  const sending = Array.from({ length: senders }, async () => {
    while (performance.now() - startMs < seconds * 1_000) {
      const rows = rowsFrom(next, size);
      next += size;
      await send(rows);
      done += size;
    }
  });
  await Promise.all(sending);
  return (done / (performance.now() - startMs)) * 1_000;
}

function rowsFrom(first: number, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => rowOf(first + index));
}

function rowOf(id: number) {
  return {
    id,
    name: `customer ${id % 5_000}`,
    region: ['EU', 'US', 'APAC'][id % 3],
    amount: (id % 10_000) / 4,
    day: `2026-01-${String(1 + (id % 28)).padStart(2, '0')}`,
    active: id % 2 === 0,
  };
}

void main();
