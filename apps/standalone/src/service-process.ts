import { join } from 'node:path';
import type { HostedPart } from './embedded/engine';
import { type Exit, HostedProcess } from './machine/hosted-process';
import type { LogFile } from './machine/log-file';
import { projectRoot } from './machine/project-root';

const serviceNames = ['tokens', 'catalogue', 'registry', 'gateway'] as const;
export type ServiceName = (typeof serviceNames)[number];

const ownServices = join(projectRoot, 'dist', 'services');
const preload = join(projectRoot, 'apps', 'standalone', 'hosts', 'end-with-launcher.cjs');

/** One process of one of the four services, out of the compiled files. */
export class ServiceProcess implements HostedPart {
  private process?: HostedProcess;
  private loggedBefore = 0;

  /** `env` and `folder`, of the compiled services, are asked at each start: they may have changed. */
  constructor(
    private readonly service: ServiceName,
    private readonly env: () => NodeJS.ProcessEnv,
    private readonly log: LogFile,
    private readonly folder: () => string | undefined,
  ) {}

  get exited(): Promise<Exit> {
    if (!this.process) return new Promise(() => {});
    const { loggedBefore } = this;
    return this.process.exited.then((exit) => ({ ...exit, lastWords: this.log.tail(loggedBefore) || exit.lastWords }));
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  async start(): Promise<void> {
    this.loggedBefore = this.log.bytes;
    this.process = new HostedProcess({
      command: process.execPath,
      args: ['--enable-source-maps', '--require', preload, join(this.folder() ?? ownServices, `${this.service}.js`)],
      env: this.env(),
      output: this.log.descriptor,
    });
  }

  send(message: object): void {
    this.process?.send(message);
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
