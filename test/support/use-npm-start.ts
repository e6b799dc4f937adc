import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports';
import { NpmStart } from './npm-start';

const run = promisify(execFile);

/** Starts of the product by the tests of one file, over data directories of its own; all of it ends with them. */
export class NpmStarts {
  /** Holds the data directories. */
  parent = '';
  private readonly started: NpmStart[] = [];

  async open(): Promise<void> {
    this.parent = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  }

  async close(): Promise<void> {
    for (const program of this.started) program.signal('SIGTERM');
    await Promise.all(this.started.map((program) => program.exit()));
    await rm(this.parent, { recursive: true, force: true });
  }

  /** A relative data directory is one below `parent`. */
  async start(dataDirectory: string, env: NodeJS.ProcessEnv = {}): Promise<NpmStart> {
    const [port = 0] = await freePorts(1);
    const program = new NpmStart(port, resolve(this.parent, dataDirectory), env);
    this.started.push(program);
    return program;
  }

  /** Ends it in order. */
  async stop(program: NpmStart): Promise<void> {
    program.signal('SIGINT');
    expect(await program.exit()).toBe(0);
  }
}

/** Gives the tests of this file a place for their starts. */
export function useNpmStart(): NpmStarts {
  const starts = new NpmStarts();
  beforeAll(() => starts.open());
  afterAll(() => starts.close());
  return starts;
}

/** Runs the printed line as it stands in a shell and gives what it answers. */
export async function paste(curl: string, program: NpmStart): Promise<{ data: unknown; meta: unknown }> {
  const line = curl.replace(/http:\/\/localhost:\d+/, program.url);
  return JSON.parse((await run('sh', ['-c', `curl -sS -f ${line}`])).stdout) as { data: unknown; meta: unknown };
}
