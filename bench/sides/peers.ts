import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePorts } from '../../test/support/free-ports';
import { pythonVenv } from '../../test/support/python-venv';
import { waitFor } from '../../test/support/wait-for';
import { type Asked, askDatasette, askRoapi } from '../workloads/dialects';
import type { Question } from '../workloads/workloads';
import { httpSide } from './http-side';
import type { Side } from './side';

const PACKAGES = ['roapi==0.12.7', 'datasette==0.65.5'];
const READY_MS = 60_000;
const LOAD_SQLITE = `
import csv, sqlite3, sys
source, target = sys.argv[1:]
database = sqlite3.connect(target)
database.execute('CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT, region TEXT, amount REAL, qty INTEGER, active TEXT, day TEXT, at TEXT, city TEXT, note TEXT)')
with open(source, newline='') as file:
    rows = csv.reader(file)
    next(rows)
    database.executemany('INSERT INTO rows VALUES (?,?,?,?,?,?,?,?,?,?)', rows)
database.commit()
`;

/** A product that does a part of what this one does: no token, no limits. */
export interface Peer extends Side {
  url: string;
  stop: () => Promise<void>;
}

/** Starts the peers over the same file, in a Python of the project's own; or says why there are none. */
export async function startPeers(directory: string, csv: string): Promise<Peer[]> {
  const venv = pythonVenv(PACKAGES);
  if (venv.missing !== undefined) {
    console.log(`ROAPI and Datasette skipped: ${venv.missing}`);
    return [];
  }
  const { python, folder } = venv;
  const database = join(directory, 'bench.db');
  execFileSync(python, ['-c', LOAD_SQLITE, csv, database]);
  return [
    await startPeer('ROAPI', askRoapi, '/api/tables/rows?limit=1', ([http, postgres, flight]) => [
      join(folder, 'bin/roapi'),
      ...['--addr-http', `127.0.0.1:${http}`, '--addr-postgres', `127.0.0.1:${postgres}`],
      ...['--addr-flight-sql', `127.0.0.1:${flight}`, '--table', `rows=${csv}`],
    ]),
    await startPeer('Datasette', askDatasette, '/bench/rows.json?_size=1', ([http]) => [
      python,
      ...['-m', 'datasette', 'serve', database, '-h', '127.0.0.1', '-p', String(http)],
      ...['--setting', 'suggest_facets', 'off', '--setting', 'sql_time_limit_ms', '60000'],
    ]),
  ];
}

async function startPeer(
  name: string,
  words: (question: Question) => Asked,
  readyPath: string,
  commandOf: (ports: number[]) => string[],
): Promise<Peer> {
  const ports = await freePorts(3);
  const url = `http://127.0.0.1:${ports[0]}`;
  let child: ChildProcess | undefined;
  const start = async () => {
    const [command = '', ...args] = commandOf(ports);
    child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, RUST_LOG: 'error' } });
    await waitFor(`${name} to answer`, async () => (await fetch(url + readyPath).catch(() => null))?.ok, READY_MS);
  };
  const stop = async () => {
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  await start();
  const restart = async () => {
    await stop();
    await start();
  };
  return { ...httpSide({ name, url, pids: () => [child?.pid], words, restart }), url, stop };
}
