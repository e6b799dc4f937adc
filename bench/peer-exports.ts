import { join } from 'node:path';
import { plain } from './compare-answers';
import { median, tookMs } from './load';
import type { Row } from './sides/side';
import type { Subject } from './subject';
import { exported } from './transfers';
import { TABLE_ROWS } from './workloads/table';

const ROUNDS = 3;
/** Of the time of DuckDB's COPY. */
const GOAL = 0.6;

interface Way {
  name: string;
  work: () => Promise<unknown>;
  times: number;
}

/** All rows, once out of each, in turns; first that all of them give the same rows. */
export async function measurePeerExports({ stack, table, duckdb, peers }: Subject): Promise<void> {
  const ours = `${stack.url}/api/${table.path}/_export?_format=`;
  const [roapi, datasette] = ['ROAPI', 'Datasette'].map((name) => peers.find((peer) => peer.name === name));
  const copy = (format: string) =>
    duckdb.run(`COPY rows TO '${join(duckdb.directory, `out.${format}`)}' (FORMAT ${format})`);
  const ways: Way[] = [
    { name: 'Sluice NDJSON', work: () => exported(`${ours}ndjson`, table.secret), times: ROUNDS },
    { name: 'Sluice CSV', work: () => exported(`${ours}csv`, table.secret), times: ROUNDS },
    { name: 'Sluice XLSX', work: () => exported(`${ours}xlsx`, table.secret), times: ROUNDS },
    { name: 'COPY JSON', work: () => copy('json'), times: ROUNDS },
    { name: 'COPY CSV', work: () => copy('csv'), times: ROUNDS },
  ];
  if (roapi) {
    const all = `${roapi.url}/api/tables/rows`;
    await compareRows(`${ours}ndjson`, table.secret, all);
    ways.push({ name: 'ROAPI JSON', work: () => exported(all), times: ROUNDS });
  }
  if (datasette) {
    ways.push({ name: 'Datasette CSV', work: () => exported(`${datasette.url}/bench/rows.csv?_stream=1`), times: 1 });
  }
  const taken = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, work, times } of ways) if (round < times) taken.get(name)?.push(await tookMs(work));
  }
  console.log(`\nexport of ${TABLE_ROWS.toLocaleString('en')} rows, medians of ${ROUNDS} turns`);
  for (const [name, each] of taken) console.log(`  ${name.padEnd(14)} ${Math.round(median(each))} ms`);
  const tell = (name: string, other: string, goal?: number) => {
    const [mine, theirs] = [taken.get(name), taken.get(other)];
    if (!mine || !theirs) return;
    const pace = median(theirs) / median(mine);
    const verdict = goal === undefined ? '' : ` (goal ${goal}, ${pace >= goal ? 'reached' : 'missed'})`;
    console.log(`  ${name}: ${pace.toFixed(2)} of the pace of ${other}${verdict}`);
  };
  tell('Sluice NDJSON', 'COPY JSON', GOAL);
  tell('Sluice CSV', 'COPY CSV', GOAL);
  tell('Sluice NDJSON', 'ROAPI JSON');
  tell('Sluice CSV', 'Datasette CSV');
}

async function compareRows(ndjson: string, secret: string, json: string): Promise<void> {
  const response = await fetch(ndjson, { headers: { authorization: `Bearer ${secret}` } });
  const ours = (await response.text()).trimEnd().split('\n');
  const theirs = (await (await fetch(json)).json()) as Row[];
  const differs = theirs.findIndex((row, index) => plain(row) !== plain(JSON.parse(ours[index] ?? '{}')));
  if (ours.length !== theirs.length || differs !== -1) {
    process.exitCode = 1;
    console.log(`  FAILED: exports differ: ${ours.length} and ${theirs.length} rows, first in row ${differs}`);
  }
}
