import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimAdminKey } from '../../apps/standalone/src/first-start/first-secrets';
import { Installation } from '../../apps/standalone/src/installation';
import type { ServiceProcess } from '../../apps/standalone/src/service-process';
import type { Supervised } from '../../apps/standalone/src/supervised';
import { freePorts } from './free-ports';
import { NatsProxy } from './nats-proxy';
import { RunningStack } from './running-stack';
import { SteppedClock } from './stepped-clock';

export interface StackOptions {
  gateways?: number;
  tokens?: number;
  catalogue?: number;
  registry?: number;
  /** Added to the environment of every process. */
  env?: NodeJS.ProcessEnv;
  /** Folder of compiled services that all parts are started from; those of this release unless it is given. */
  services?: string;
  /** Names of processes that reach nats-server through a proxy of their own. */
  proxied?: string[];
  /** A MongoDB of the test's own, instead of the embedded one. */
  mongoUrl?: string;
  /** Names of processes whose wall clock a test can step. */
  stepped?: string[];
}

/** Somebody who may do everything on the bus, which none of the product's own users may. */
const observer = { user: 'observer', password: randomUUID() };

/**
 * The whole product as processes out of dist/ (`npm run build` first), supervised as by `npm start`, with data of its
 * own that goes when it stops. Parts are named `nats`, `mongo`, `gateway-1`, `gateway-2`, `catalogue-1` …
 */
export class Stack extends RunningStack {
  private readonly proxies = new Map<string, NatsProxy>();
  private readonly replaced = new Map<string, string | undefined>();
  private readonly clocks = new Map<string, SteppedClock>();
  private installation?: Installation;
  private directory = '';

  constructor(private readonly options: StackOptions = {}) {
    super();
  }

  static async start(options: StackOptions = {}): Promise<Stack> {
    const stack = new Stack(options);
    await stack.start();
    return stack;
  }

  /** Returns when every process says that it can serve. After a failure nothing of it is left. */
  async start(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'sluice-stack-'));
    try {
      await this.launch();
      await this.ready();
    } catch (error) {
      await this.installation?.stop();
      await this.clear();
      throw error;
    }
  }

  private async launch(): Promise<void> {
    const { gateways = 1, env = {}, proxied = [], stepped = [], mongoUrl, services, ...replicas } = this.options;
    const counts = { tokens: 1, catalogue: 1, registry: 1, ...replicas };
    const names = Object.entries({ gateway: gateways, ...counts }).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, index) => `${service}-${index + 1}`),
    );
    const allPorts = await freePorts(gateways + names.length);
    const gatewayPorts = allPorts.slice(0, gateways);
    const healthPorts = new Map(names.map((name, index) => [name, allPorts[gateways + index] ?? 0]));
    const urls = gatewayPorts.map(local);
    for (const name of proxied) this.proxies.set(name, await NatsProxy.start(() => installation.natsUrl));
    for (const name of stepped) this.clocks.set(name, new SteppedClock(join(this.directory, `clock-${name}`)));
    const installation = new Installation({
      dataDirectory: this.directory,
      gatewayPorts,
      replicas: counts,
      healthPorts,
      publicUrl: urls[0] ?? '',
      mongoUrl,
      // One token of a test stands for many callers; what a single one may do at a time has tests of its own.
      env: { SLUICE_REQUESTS_PER_TOKEN: '1000', ...env },
      natsUsers: [observer],
      envOf: (name) => ({
        ...(this.proxies.has(name) && { NATS_URL: this.proxies.get(name)?.url }),
        ...this.clocks.get(name)?.env,
      }),
      servicesOf: (name) => (this.replaced.has(name) ? this.replaced.get(name) : services),
      hold: false,
      progress: () => {},
      onExit: () => {},
    });
    this.installation = installation;
    await installation.start();
    const adminKey = await claimAdminKey(installation.bus('standalone'));
    if (!adminKey) throw new Error('the first admin key of a new installation is already claimed');
    const metrics = Object.fromEntries([...healthPorts].map(([name, port]) => [name, local(port)]));
    const edges = Object.fromEntries(urls.map((url, index) => [`gateway-${index + 1}`, url]));
    this.found = {
      gateways: urls,
      health: { ...metrics, ...edges },
      metrics,
      adminKey,
      bus: { url: installation.natsUrl, ...observer },
      mongoUrl: installation.mongoUrl,
      logs: join(this.directory, 'logs'),
    };
  }

  kill(name: string): Promise<void> {
    return this.part(name).part.kill();
  }

  /** Ends a part in order; it stays away until `restart`. */
  stopPart(name: string): Promise<void> {
    this.stopped.add(name);
    return this.part(name).stop();
  }

  restart(name: string): Promise<void> {
    this.stopped.delete(name);
    return this.part(name).start();
  }

  /** Ends a part in order and starts it from another folder of compiled services; without one, of this release. */
  async replace(name: string, services?: string): Promise<void> {
    await this.stopPart(name);
    this.replaced.set(name, services);
    await this.restart(name);
    await this.ready();
  }

  /** The id of a service's process, to look at its memory or to send it a signal. */
  pid(name: string): number | undefined {
    return (this.part(name).part as ServiceProcess).pid;
  }

  /** The way of a process to nats-server; it was named as `proxied`. */
  proxy(name: string): NatsProxy {
    return found(this.proxies, name);
  }

  /** The wall clock of a process; it was named as `stepped`. */
  clock(name: string): SteppedClock {
    return found(this.clocks, name);
  }

  /** Fails when a service tried something on the bus that it may not: then the table of its users lacks a line. */
  async stop(): Promise<void> {
    await this.installation?.stop();
    const violations = this.found ? await this.violations() : [];
    await this.clear();
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }

  private async clear(): Promise<void> {
    for (const proxy of this.proxies.values()) await proxy.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  private part(name: string): Supervised {
    if (!this.installation) throw new Error('the stack is not started yet');
    return this.installation.part(name);
  }
}

function local(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function found<T>(parts: ReadonlyMap<string, T>, name: string): T {
  const part = parts.get(name);
  if (!part) throw new Error(`no ${name} among ${[...parts.keys()].join(', ') || 'none'}`);
  return part;
}
