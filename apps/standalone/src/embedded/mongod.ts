import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exit } from '../machine/hosted-process';
import { socketDirectory } from '../machine/socket-directory';
import { StartFailure } from '../machine/start-failure';
import type { HostedEngine } from './engine';
import { GuardedProgram } from './guarded-program';
import { explainEnd } from './mongo-end';
import { STANDALONE } from './standalone-url';

/** The machine's own mongod on a private Unix socket: other users of the machine cannot reach it, and no port is taken. */
export class Mongod implements HostedEngine {
  private server?: GuardedProgram;
  private socket = '';

  constructor(
    private readonly command: string,
    private readonly directory: string,
  ) {}

  get url(): string {
    return urlOf(this.socket);
  }

  get exited(): Promise<Exit> {
    return this.server?.exited.then((exit) => explainEnd(exit, this.directory)) ?? new Promise(() => {});
  }

  async start(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    this.socket = await socketOf(this.directory);
    await rm(this.socket, { force: true });
    let ready: () => void = () => {};
    const listening = new Promise<true>((resolve) => {
      ready = () => resolve(true);
    });
    this.server = new GuardedProgram(this.command, ['--dbpath', this.directory, '--bind_ip', this.socket], (line) => {
      if (line.includes('Waiting for connections')) ready();
    });
    const outcome = await Promise.race([listening, this.exited]);
    if (outcome !== true) throw new StartFailure(outcome.remedy ?? `mongod did not start: ${outcome.lastWords}`);
  }

  async kill(): Promise<void> {
    await this.server?.kill();
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }
}

/** Where a mongod over these files answers while it runs. */
export async function mongodUrl(directory: string): Promise<string> {
  return urlOf(await socketOf(directory));
}

async function socketOf(directory: string): Promise<string> {
  return join(await socketDirectory(directory), 'mongod.sock');
}

function urlOf(socket: string): string {
  return `mongodb://${encodeURIComponent(socket)}/?${STANDALONE}`;
}
