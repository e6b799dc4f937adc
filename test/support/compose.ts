import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { hasImage } from './containers';
import { freePorts } from './free-ports';

const run = promisify(execFile);
const IMAGES = ['node:24-trixie-slim', 'nats:2.14-alpine', 'mongo:8', 'nginx:1'];
const MAX_OUTPUT = 64 * 1024 * 1024;

/** True when the whole compose file can run here without fetching an image. */
export async function canCompose(): Promise<boolean> {
  const present = await Promise.all(IMAGES.map(hasImage));
  return present.every(Boolean);
}

/**
 * Where MongoDB is. An image that has neither credentials nor a replica set is reached as SLUICE_TEST_MONGO_URL says, as an
 * operator's own.
 */
export const composeMongo: NodeJS.ProcessEnv = process.env.SLUICE_TEST_MONGO_URL
  ? {
      MONGO_URL: process.env.SLUICE_TEST_MONGO_URL,
      COMPOSE_FILE: 'docker-compose.yml:test/support/compose-other-mongo.yml',
    }
  : {};

/** An installation by the project's own docker-compose.yml, under a name, a port and volumes of its own. */
export class Compose {
  private constructor(
    private readonly project: string,
    private readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
    private readonly scales: readonly string[],
  ) {}

  static async up(scale: Readonly<Record<string, number>>, env: NodeJS.ProcessEnv): Promise<Compose> {
    const [port = 0] = await freePorts(1);
    const variables = { ...process.env, ...env, PORT: String(port) };
    const scales = Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`]);
    const compose = new Compose(`sluice-test-${process.pid}`, port, variables, scales);
    await compose.rebuild();
    return compose;
  }

  /** The edge. */
  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async adminKey(): Promise<string> {
    return (await this.docker('exec', '-T', 'tokens', 'cat', '/run/secrets/admin/admin-key')).trim();
  }

  /** What a service signs in to NATS with: its user, a blank, the password. */
  async busLogin(service: string): Promise<string> {
    return (await this.docker('exec', '-T', service, 'cat', '/run/secrets/own/nats-login')).trim();
  }

  /** The part of the nats-server's configuration that says who is let in. */
  busUsers(): Promise<string> {
    return this.docker('exec', '-T', 'nats', 'cat', '/run/secrets/nats/auth.conf');
  }

  /** The ids of a service's running containers. */
  async containers(service: string): Promise<string[]> {
    return (await this.docker('ps', '--quiet', service)).split('\n').filter(Boolean);
  }

  /** SIGKILL to everything in one container but its init, as by the kernel's memory killer: Docker starts it again. */
  async crash(container: string): Promise<void> {
    await run('docker', ['exec', container, 'sh', '-c', 'kill -KILL -1']).catch(() => {});
  }

  /** Freezes everything in one container but its init; whatever is started in it later runs. */
  async freeze(container: string): Promise<void> {
    await run('docker', ['exec', container, 'sh', '-c', 'kill -STOP -1']);
  }

  /** Stands everything in one container still, its network as well, until the work is done. */
  async paused(container: string, work: () => Promise<void>): Promise<void> {
    await run('docker', ['pause', container]);
    await work().finally(() => run('docker', ['unpause', container]));
  }

  /** Whether this nginx can leave out a gateway that does not answer, and was told to. */
  async edgeLeavesOut(): Promise<boolean> {
    const version = await this.docker('exec', '-T', 'edge', 'sh', '-c', 'nginx -v 2>&1');
    const [, major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
    const canLeaveOut = major * 1e6 + minor * 1e3 + patch >= 1_027_003;
    const files = await this.docker('exec', '-T', 'edge', 'sh', '-c', 'ls /tmp/*gateways.conf 2>/dev/null || true');
    if (files.split('\n').filter(Boolean).length !== (canLeaveOut ? 2 : 0)) throw new Error(`${version}: ${files}`);
    return canLeaveOut;
  }

  /** How often Docker started a container anew. */
  async restarts(container: string): Promise<number> {
    const { stdout } = await run('docker', ['inspect', '--format', '{{.RestartCount}}', container]);
    return Number(stdout);
  }

  /** Volumes of the installation that have no name of their own. */
  async namelessVolumes(): Promise<string[]> {
    const filters = [`label=com.docker.compose.project=${this.project}`, 'label=com.docker.volume.anonymous'];
    const { stdout } = await run('docker', [
      'volume',
      'ls',
      '--quiet',
      ...filters.flatMap((each) => ['--filter', each]),
    ]);
    return stdout.split('\n').filter(Boolean);
  }

  /** Requests on data endpoints by container of the gateway, read from their logs. */
  async requestsServed(): Promise<number[]> {
    const logs = (await this.containers('gateway')).map((id) => run('docker', ['logs', id], { maxBuffer: MAX_OUTPUT }));
    return (await Promise.all(logs)).map(({ stdout }) => stdout.split('"route":"/api/').length - 1);
  }

  scale(service: string, count: number): Promise<string> {
    return this.docker('up', '--detach', '--no-recreate', '--scale', `${service}=${count}`, service);
  }

  /** Replaces the services by what is checked out, as docs/operations.md says; gives what it printed. */
  upgrade(): Promise<string> {
    return this.script('upgrade');
  }

  /** Replaces the secrets of one kind, as docs/operations.md says; gives what it printed. */
  rotate(kind: string): Promise<string> {
    return this.script('rotate-secrets', kind);
  }

  /** Builds and starts everything that is no longer as the project's files say, by compose alone. */
  async rebuild(): Promise<void> {
    await this.docker('up', '--build', '--wait', '--quiet-pull', ...this.scales);
  }

  /** The id and time of start of a service's containers. */
  async runs(service: string): Promise<string[]> {
    const format = ['--format', '{{.Id}} {{.State.StartedAt}}'];
    const { stdout } = await run('docker', ['inspect', ...format, ...(await this.containers(service))]);
    return stdout.split('\n').filter(Boolean).sort();
  }

  async down(): Promise<void> {
    await this.docker('down', '--volumes', '--timeout', '5');
  }

  private async script(name: string, ...args: string[]): Promise<string> {
    const env = { ...this.env, COMPOSE_PROJECT_NAME: this.project };
    const { stdout } = await run(join(projectRoot, 'docker', name), args, { env, maxBuffer: MAX_OUTPUT });
    return stdout;
  }

  private async docker(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['compose', '-p', this.project, ...args], {
      cwd: projectRoot,
      env: this.env,
      maxBuffer: MAX_OUTPUT,
    });
    return stdout;
  }
}
