import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { waitFor } from './wait-for';

const run = promisify(execFile);
/** A service whose orderly stop hangs ends itself after 10 s. */
const GONE_MS = 15_000;
/** On a machine that others use too; the first start makes everything. */
const START_MS = 60_000;

/** The product as a person starts it: the program behind `npm start`, its output and its signals. */
export class NpmStart {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(
    private readonly port: number,
    dataDirectory: string,
    env: NodeJS.ProcessEnv = {},
  ) {
    const { NATS_URL: _, MONGO_URL: __, SLUICE_ADMIN_KEY: ___, SLUICE_SAMPLE: ____, ...inherited } = process.env;
    this.child = spawn(process.execPath, [join(projectRoot, 'apps', 'standalone', 'start.mjs')], {
      env: { ...inherited, PORT: String(port), SLUICE_DATA_DIR: dataDirectory, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Milliseconds until /health/ready answers 200. */
  async ready(): Promise<number> {
    const startedAtMs = performance.now();
    await waitFor(
      'readiness',
      async () => {
        if (this.child.exitCode !== null) throw new Error(`it ended: ${this.output}`);
        return (await fetch(`${this.url}/health/ready`)).ok;
      },
      START_MS,
    ).catch((cause: unknown) => {
      throw new Error(`not ready: ${this.output}`, { cause });
    });
    return performance.now() - startedAtMs;
  }

  /** What the output says after this text, up to the end of the line. */
  async said(text: string): Promise<string> {
    const pattern = new RegExp(`^.*?${text}(.*)$`, 'm');
    const said = () => pattern.exec(this.output)?.[1]?.trim();
    return waitFor(`the output to say "${text}"`, said, START_MS);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code; null after a SIGKILL. */
  exit(): Promise<number | null> {
    return this.ended;
  }

  /** The processes of this installation that run now, this one not among them. */
  async descendants(): Promise<{ pid: number; command: string }[]> {
    const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
    const processes = stdout.split('\n').flatMap((line) => {
      const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
      return found ? [{ pid: Number(found[1]), parent: Number(found[2]), command: found[3] ?? '' }] : [];
    });
    const family = new Set([this.child.pid]);
    // Parents come before their children often, but not always: the third round finds grandchildren in any order.
    for (let round = 0; round < 3; round++) {
      for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
    }
    family.delete(this.child.pid);
    return processes.filter(({ pid, command }) => family.has(pid) && !command.startsWith('ps '));
  }
}

/** Returns when none of these processes runs any more. */
export async function allGone(processes: { pid: number; command: string }[]): Promise<void> {
  let left = processes;
  const gone = waitFor(
    'their end',
    () => {
      left = left.filter(({ pid }) => isAlive(pid));
      return left.length === 0;
    },
    GONE_MS,
  );
  await gone.catch((cause: unknown) => {
    throw new Error(`still running: ${left.map(({ command }) => command).join('; ')}`, { cause });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
