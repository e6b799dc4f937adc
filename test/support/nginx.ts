import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { fetchPackage, runs } from './private-package';
import { waitFor } from './wait-for';

const IMAGE = 'nginx:1';
const PRIVATE = join(projectRoot, '.nginx');

/** The words before the arguments of nginx, or why there is none here. */
export const nginxCommand: { words: readonly string[] } | { words?: undefined; missing: string } = findNginx();

/** A real nginx with a configuration of a test. */
export class Nginx {
  private child?: ChildProcess;
  private folder = '';
  private errors = '';

  /** Starts it; `port` is where the configuration lets it listen, below `/tmp` it has a folder of its own. */
  async start(configuration: string, port: number): Promise<void> {
    const [command = '', ...words] = nginxCommand.words ?? [];
    this.folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
    // Its workers are other users where it is started by root.
    await chmod(this.folder, 0o755);
    const path = join(this.folder, 'nginx.conf');
    await writeFile(path, configuration.replaceAll('/tmp/', `${this.folder}/`));
    const args = [...words, '-e', 'stderr', '-p', this.folder, '-c', path, '-g', 'daemon off;'];
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    await waitFor('nginx', async () => child.exitCode !== null || (await isListening(port)));
    if (child.exitCode !== null) throw new Error(this.errors);
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.unref().once('connect', () => socket.destroy());
  });
}

/** On the PATH, as a private copy of the machine's own package, or an image that Docker has already. */
function findNginx(): typeof nginxCommand {
  if (runs('nginx', '-v')) return { words: ['nginx'] };
  const copy = join(PRIVATE, 'usr/sbin/nginx');
  if (existsSync(copy) || fetchPackage('nginx', PRIVATE)) {
    if (runs(copy, '-v')) return { words: [copy] };
  }
  if (runs('docker', 'image', 'inspect', IMAGE)) {
    const mount = `${tmpdir()}:${tmpdir()}`;
    return { words: ['docker', 'run', '--rm', '--network', 'host', '--volume', mount, IMAGE, 'nginx'] };
  }
  return { missing: `no nginx on the PATH, no package of it and no image ${IMAGE}` };
}
