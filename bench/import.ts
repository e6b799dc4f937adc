import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ImportFormat } from '@sluice/contracts/catalogue/imports';
import { ImportBench } from '../apps/catalogue/src/typing/import-bench-of-a-test';
import { writeWorkbook } from './bench-workbook';
import { perSecond } from './report';

const TURNS = 3;
const MIB = 1024;
const ENGINE = { memory_limit: '256MB', threads: '2' };

/** What is imported, and the query of DuckDB that reads the same. */
interface Case {
  name: string;
  format: ImportFormat;
  file: string;
  rows: number;
  reader: string;
}

interface Measure {
  seconds: number;
  /** The most memory that the process ever had. */
  peakKib: number;
}

/** Files become versions, in turns with DuckDB's own readers that write the same rows as Parquet; a process for each turn. */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-imports-'));
  try {
    for (const each of await writeCases(directory)) {
      const measures: [Measure, Measure][] = [];
      for (let turn = 0; turn < TURNS; turn++) {
        const out = join(directory, 'bare.parquet');
        measures.push([measure('ours', each.format, each.file), measure('bare', each.reader, out)]);
      }
      const [ours, bare] = [0, 1].map((side) => best(measures.map((both) => both[side] as Measure)));
      if (ours && bare) tell(each, ours, bare);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function tell({ name, rows }: Case, ours: Measure, bare: Measure): void {
  const side = ({ seconds, peakKib }: Measure) =>
    `${perSecond(rows / seconds, 'rows')}, peak ${Math.round(peakKib / MIB)} MiB`;
  console.log(`${name}: ${side(ours)}; DuckDB ${side(bare)}; ${(bare.seconds / ours.seconds).toFixed(2)} of its pace`);
}

/** The fastest turn: others take the same processors. */
function best(measures: Measure[]): Measure | undefined {
  return measures.sort((a, b) => a.seconds - b.seconds)[0];
}

async function writeCases(directory: string): Promise<Case[]> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const at = (name: string) => join(directory, name);
  const narrow = `SELECT i AS id, 'customer ' || i % 9973 AS name, ['EU', 'US', 'APAC'][i % 3 + 1] AS region, i * 31 % 5000 / 100 AS amount,
    i * 17 % 1000 / 8 AS score, i % 3 = 0 AS active, DATE '2020-01-01' + (i % 2000)::INTEGER AS day,
    TIMESTAMP '2020-01-01' + to_seconds(i) AS at, 'city ' || i % 500 AS city, 'note of row ' || i AS note FROM range(500_000) t(i)`;
  const wide = `SELECT ${Array.from({ length: 1_000 }, (_, column) => `i * ${column + 1} % 977 AS c${column}`).join(', ')} FROM range(5_000) t(i)`;
  await connection.run(`COPY (${narrow}) TO '${at('narrow.csv')}' (HEADER)`);
  await connection.run(`COPY (${narrow}) TO '${at('narrow.ndjson')}' (FORMAT json)`);
  await connection.run(`COPY (${narrow}) TO '${at('narrow.parquet')}' (FORMAT parquet)`);
  await connection.run(`COPY (${wide}) TO '${at('wide.csv')}' (HEADER)`);
  connection.closeSync();
  await writeWorkbook(at('sheet.xlsx'), at('sheet.csv'), 200_000);
  const csv = (file: string) => `read_csv('${at(file)}', sample_size = -1)`;
  return [
    { name: 'CSV, 10 columns', format: 'csv', file: at('narrow.csv'), rows: 500_000, reader: csv('narrow.csv') },
    { name: 'CSV, 1,000 columns', format: 'csv', file: at('wide.csv'), rows: 5_000, reader: csv('wide.csv') },
    {
      name: 'NDJSON',
      format: 'ndjson',
      file: at('narrow.ndjson'),
      rows: 500_000,
      reader: `read_json('${at('narrow.ndjson')}', sample_size = -1)`,
    },
    {
      name: 'Parquet',
      format: 'parquet',
      file: at('narrow.parquet'),
      rows: 500_000,
      reader: `read_parquet('${at('narrow.parquet')}')`,
    },
    {
      name: 'XLSX, 16 columns (DuckDB: the same as CSV)',
      format: 'xlsx',
      file: at('sheet.xlsx'),
      rows: 200_000,
      reader: csv('sheet.csv'),
    },
  ];
}

/** Lets a process of its own do one turn. */
function measure(side: 'ours' | 'bare', what: string, file: string): Measure {
  return JSON.parse(execFileSync(process.execPath, [__filename, side, what, file], { encoding: 'utf8' }));
}

async function takeTurn(side: string | undefined, what: string, file: string): Promise<void> {
  const work = side === 'ours' ? await importing(what as ImportFormat, file) : await copying(what, file);
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1_000;
  process.stdout.write(JSON.stringify({ seconds, peakKib: process.resourceUsage().maxRSS } satisfies Measure), () =>
    process.exit(),
  );
}

async function importing(format: ImportFormat, file: string): Promise<() => Promise<unknown>> {
  const bench = await ImportBench.open();
  return () => bench.import(createReadStream(file), format).finally(() => bench.close());
}

async function copying(reader: string, target: string): Promise<() => Promise<unknown>> {
  const connection = await (await DuckDBInstance.create(':memory:', ENGINE)).connect();
  return () => connection.run(`COPY (SELECT * FROM ${reader}) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`);
}

const [side, what = '', file = ''] = process.argv.slice(2);
void (side === undefined ? main() : takeTurn(side, what, file));
