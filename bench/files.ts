import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Import } from '@sluice/contracts/catalogue/imports';
import { type AsyncBuffer, asyncBufferFromUrl, parquetReadObjects } from 'hyparquet';
import { Publisher } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { waitFor } from '../test/support/wait-for';
import { measureRanges } from './file-ranges';
import { median, tookMs } from './load';
import { perSecond } from './report';
import { StaticFiles } from './sides/static-file';
import type { Published } from './subject';

const COLUMNS = 50;
/** About 200 MB; with `--large` 1 GB. */
const ROWS = process.argv.includes('--large') ? 2_600_000 : 520_000;
const TURNS = 3;
const MB = 1_000_000;
const GOALS = { columnShare: 0.05, rowsPerSecond: 2_000_000 };
const LONG_MS = 600_000;
const FILE = 'view.parquet';

/**
 * Files of views, read by ranges as tools for data do: what of the file is fetched for one column and for the first rows, what a range
 * costs beside a static file of the same bytes, and how fast the file is made beside DuckDB's own COPY.
 */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-files-'));
  const stack = await Stack.start();
  const floor = await StaticFiles.start(directory);
  try {
    const source = join(directory, 'source.parquet');
    const copyMs = await writeSource(source, directory);
    const api = await publish(stack, source);
    await measureMaking(stack, api, copyMs);
    const file = await download(stack, api, join(directory, FILE));
    await measureReading(stack, api, file);
    const ours = { url: stack.url, path: `/api/${api.path}/_parquet`, secret: api.secret };
    const pids = () => ['gateway-1', 'catalogue-1'].map((name) => stack.pid(name));
    await measureRanges(
      { name: 'Sluice', ...ours, pids },
      { name: 'static file', url: floor.url, path: `/${FILE}`, pids: () => [floor.pid] },
      file,
    );
  } finally {
    floor.stop();
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Numbers that nothing packs well, eight bytes each; gives how long DuckDB takes to write them once more. */
async function writeSource(path: string, directory: string): Promise<number> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const columns = Array.from({ length: COLUMNS }, (_, at) => `(hash(i * 64 + ${at}) >> 4)::BIGINT AS c${at}`);
  await connection.run(`COPY (SELECT ${columns.join(', ')} FROM range(${ROWS}) t(i)) TO '${path}' (FORMAT parquet)`);
  const again = `COPY (FROM read_parquet('${path}')) TO '${join(directory, 'again.parquet')}' (FORMAT parquet)`;
  const copyMs = await tookMs(() => connection.run(again));
  connection.closeSync();
  return copyMs;
}

async function publish(stack: Stack, source: string): Promise<Published> {
  const publisher = new Publisher(stack);
  const dataset = await publisher.dataset('Files');
  const answer = await publisher.upload(dataset.id, 'parquet', readFileSync(source));
  if (answer.status === 202) {
    const { id } = Import.parse(answer.json);
    await waitFor('the import', async () => (await publisher.import(id)).phase === 'done', LONG_MS);
  } else if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text}`);
  const api = await publisher.api({ name: 'Files', datasetId: dataset.id, active: true });
  const { token, secret } = await publisher.token('Files');
  await publisher.assign(api.id, token.id);
  const page = `${stack.url}/api/${api.path}?_limit=1`;
  // The version is put at hand before the making of its file is timed.
  await waitFor('a page', async () => (await fetch(page, { headers: bearer(secret) })).status === 200, LONG_MS);
  return { path: api.path, secret };
}

/** The first question makes the file, which is stored before it is answered; DuckDB's COPY only writes it. */
async function measureMaking(stack: Stack, { path, secret }: Published, copyMs: number): Promise<void> {
  const ask = () => fetch(`${stack.url}/api/${path}/_parquet`, { method: 'HEAD', headers: bearer(secret) });
  const madeMs = await tookMs(() => waitFor('the file', async () => (await ask()).status === 200, LONG_MS));
  const rate = ROWS / (madeMs / 1_000);
  const verdict = rate >= GOALS.rowsPerSecond ? 'reached' : 'missed';
  const values = perSecond((ROWS * COLUMNS) / (madeMs / 1_000), 'values');
  console.log(`\nmaking of a file of ${ROWS.toLocaleString('en')} rows of ${COLUMNS} columns, stored and hashed`);
  console.log(
    `  Sluice ${perSecond(rate, 'rows')} (goal ${perSecond(GOALS.rowsPerSecond, 'rows')}, ${verdict}), ${values}`,
  );
  console.log(
    `  COPY of DuckDB alone, from Parquet to Parquet, ${perSecond(ROWS / (copyMs / 1_000), 'rows')}; ours ${(copyMs / madeMs).toFixed(2)} of its pace`,
  );
}

async function download(stack: Stack, { path, secret }: Published, file: string): Promise<{ bytes: number }> {
  const answer = await fetch(`${stack.url}/api/${path}/_parquet`, { headers: bearer(secret) });
  if (!answer.body) throw new Error('no body');
  await writeFile(file, answer.body);
  return { bytes: statSync(file).size };
}

/** What hyparquet fetches, of each question anew: it has to look at the end of the file first. */
async function measureReading(stack: Stack, api: Published, { bytes: all }: { bytes: number }): Promise<void> {
  const share = (bytes: number) => `${(bytes / MB).toFixed(2)} MB, ${((100 * bytes) / all).toFixed(2)} % of the file`;
  console.log(`\nhyparquet over ${(all / MB).toFixed(0)} MB, medians of ${TURNS} turns`);
  const columnTurns: Fetched[] = [];
  const rowTurns: Fetched[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    columnTurns.push(await fetching(stack, api, (file) => parquetReadObjects({ file, columns: [`c${7 + turn}`] })));
    rowTurns.push(await fetching(stack, api, (file) => parquetReadObjects({ file, rowStart: 0, rowEnd: 100 })));
  }
  const tell = (name: string, turns: readonly Fetched[]) => {
    const of = (member: keyof Fetched) => median(turns.map((turn) => turn[member]));
    console.log(`  ${name}: ${of('requests')} requests, ${share(of('bytes'))}, ${Math.round(of('ms'))} ms`);
    return of('bytes') / all;
  };
  const columnShare = tell(`one column of ${COLUMNS}`, columnTurns);
  const verdict = columnShare <= GOALS.columnShare ? 'reached' : 'missed';
  console.log(`    goal at most ${100 * GOALS.columnShare} % of the file, ${verdict}`);
  tell('the first 100 rows, all columns', rowTurns);
}

interface Fetched {
  requests: number;
  bytes: number;
  ms: number;
}

async function fetching(
  stack: Stack,
  { path, secret }: Published,
  work: (file: AsyncBuffer) => Promise<unknown>,
): Promise<Fetched> {
  const told = { requests: 0, bytes: 0 };
  const counted: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    told.requests++;
    if (init?.method !== 'HEAD') told.bytes += Number(answer.headers.get('content-length'));
    return answer;
  };
  const ms = await tookMs(async () => {
    const url = `${stack.url}/api/${path}/_parquet`;
    await work(await asyncBufferFromUrl({ url, requestInit: { headers: bearer(secret) }, fetch: counted }));
  });
  return { ...told, ms };
}

function bearer(secret: string): Record<string, string> {
  return { authorization: `Bearer ${secret}` };
}

void main();
