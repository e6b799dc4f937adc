import { readFileSync } from 'node:fs';
import { Publisher, read, vegaFile } from '../test/support/publisher';
import { Stack } from '../test/support/stack';

/**
 * The main job on real files: import, create, assign, activate, read. Prints rows, types, import speed, the time of the
 * first page and of the deepest one (reached by following every cursor), and the peak memory of each process.
 */
const files = [
  { name: 'flights-3m.parquet', kind: 'parquet' },
  { name: 'flights-200k.json', kind: 'json' },
  { name: 'zipcodes.csv', kind: 'csv' },
  { name: 'movies.json', kind: 'json' },
  { name: 'unemployment.tsv', kind: 'tsv' },
] as const;
const processes = ['gateway-1', 'catalogue-1', 'registry-1', 'tokens-1'];
const PAGE = 1_000;
const REPEATS = 20;
const MIB = 1024;

interface Page {
  data: unknown[];
  links: { next: string | null };
}

async function main(): Promise<void> {
  const stack = await Stack.start();
  try {
    const publisher = new Publisher(stack);
    for (const { name, kind } of files) await measure(stack, publisher, name, kind);
    console.log('\npeak memory (VmHWM)');
    for (const name of processes) console.log(`  ${name.padEnd(12)} ${peakMemoryMib(stack.pid(name)).toFixed(0)} MiB`);
  } finally {
    await stack.stop();
  }
}

async function measure(stack: Stack, publisher: Publisher, name: string, kind: string): Promise<void> {
  const file = await vegaFile(name);
  const dataset = await publisher.dataset(name);
  const [version, importMs] = await timed(() => publisher.version(dataset.id, kind, file));
  const api = await publisher.api({ name: name.replaceAll('.', ' '), datasetId: dataset.id, active: true });
  const { token, secret } = await publisher.token(name);
  await publisher.assign(api.id, token.id);
  const page = async (address: string): Promise<Page> => {
    const { status, text, json } = await read(stack.url, address.replace('/api/', ''), secret);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    return json as Page;
  };
  const first = `/api/${api.path}?_limit=${PAGE}`;
  let deepest = first;
  let rows = 0;
  for (let next: string | null = first; next; ) {
    deepest = next;
    const { data, links }: Page = await page(next);
    rows += data.length;
    next = links.next;
  }
  if (rows !== version.rowCount) throw new Error(`${rows} rows read of ${version.rowCount} imported`);
  const firstMs = await median(() => page(first));
  const deepestMs = await median(() => page(deepest));
  const types = version.fields.map((field) => `${field.name} ${field.type}`).join(', ');
  console.log(`\n${name}: ${version.rowCount.toLocaleString('en')} rows of ${types}`);
  console.log(
    `  import         ${Math.round(importMs)} ms, ${Math.round(version.rowCount / (importMs / 1000)).toLocaleString('en')} rows/s`,
  );
  console.log(`  first page     ${firstMs.toFixed(1)} ms (${PAGE} rows)`);
  console.log(`  deepest page   ${deepestMs.toFixed(1)} ms, ${(deepestMs / firstMs).toFixed(2)} of the first`);
  console.log(`  every row read by following ${Math.ceil(rows / PAGE)} cursors`);
}

async function timed<Result>(task: () => Promise<Result>): Promise<[Result, number]> {
  const startedMs = performance.now();
  const result = await task();
  return [result, performance.now() - startedMs];
}

async function median(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) times.push((await timed(task))[1]);
  return times.sort((a, b) => a - b)[REPEATS / 2] ?? 0;
}

function peakMemoryMib(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / MIB;
}

void main();
