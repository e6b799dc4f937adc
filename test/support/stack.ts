import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BusAddress, claimAdminKey } from '../../apps/standalone/src/first-start/first-secrets';
import { Installation } from '../../apps/standalone/src/installation';
import type { ServiceProcess } from '../../apps/standalone/src/service-process';
import type { Supervised } from '../../apps/standalone/src/supervised';
import { freePorts } from './free-ports';
import { NatsProxy } from './nats-proxy';
import { SteppedClock } from './stepped-clock';
import { waitFor } from './wait-for';

export interface StackOptions {
  gateways?: number;
  tokens?: number;
  catalogue?: number;
  registry?: number;
  /** Added to the environment of every process. */
  env?: NodeJS.ProcessEnv;
  /** Names of processes that reach nats-server through a proxy of their own. */
  proxied?: string[];
  /** Names of processes whose wall clock a test can step. */
  stepped?: string[];
}

const READY_MS = 30_000;
/** Somebody who may do everything on the bus, which none of the product's own users may. */
const observer = { user: 'observer', password: randomUUID() };

/**
 * The whole product as processes out of dist/ (`npm run build` first), supervised as by `npm start`, with data of its
 * own that goes when it stops. Parts are named `nats`, `mongo`, `gateway-1`, `gateway-2`, `catalogue-1` …
 */
export class Stack {
  private readonly stopped = new Set<string>();

  private constructor(
    private readonly installation: Installation,
    private readonly directory: string,
    /** Where each gateway answers, without a slash at the end. */
    readonly gateways: readonly string[],
    /** Where each process tells its health. */
    private readonly services: ReadonlyMap<string, string>,
    /** Where each process tells its metrics. */
    private readonly metrics: ReadonlyMap<string, string>,
    /** An admin key of this installation. */
    readonly adminKey: string,
    private readonly proxies: ReadonlyMap<string, NatsProxy>,
    private readonly clocks: ReadonlyMap<string, SteppedClock>,
  ) {}

  static async start({
    gateways = 1,
    env = {},
    proxied = [],
    stepped = [],
    ...replicas
  }: StackOptions = {}): Promise<Stack> {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-stack-'));
    const counts = { tokens: 1, catalogue: 1, registry: 1, ...replicas };
    const behind = Object.entries(counts).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, index) => `${service}-${index + 1}`),
    );
    const edge = Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`);
    const allPorts = await freePorts(2 * gateways + behind.length);
    const ports = allPorts.slice(0, gateways);
    const healthPorts = new Map([...edge, ...behind].map((name, index) => [name, allPorts[gateways + index] ?? 0]));
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const metrics = new Map([...healthPorts].map(([name, port]) => [name, `http://127.0.0.1:${port}`]));
    const services = new Map(metrics);
    urls.forEach((url, index) => {
      services.set(`gateway-${index + 1}`, url);
    });
    const proxies = new Map<string, NatsProxy>();
    for (const name of proxied) proxies.set(name, await NatsProxy.start(() => installation.natsUrl));
    const clocks = new Map(stepped.map((name) => [name, new SteppedClock(join(directory, `clock-${name}`))]));
    const installation = new Installation({
      dataDirectory: directory,
      gatewayPorts: ports,
      replicas: counts,
      healthPorts,
      publicUrl: urls[0] ?? '',
      env,
      natsUsers: [observer],
      envOf: (name) => ({
        ...(proxies.has(name) && { NATS_URL: proxies.get(name)?.url }),
        ...clocks.get(name)?.env,
      }),
      hold: false,
      progress: () => {},
      onExit: () => {},
    });
    try {
      await installation.start();
      const adminKey = await claimAdminKey(installation.bus('standalone'));
      if (!adminKey) throw new Error('the first admin key of a new installation is already claimed');
      const stack = new Stack(installation, directory, urls, services, metrics, adminKey, proxies, clocks);
      await stack.ready();
      return stack;
    } catch (error) {
      await installation.stop();
      for (const proxy of proxies.values()) await proxy.close();
      throw error;
    }
  }

  /** The first gateway. */
  get url(): string {
    return this.gateways[0] ?? '';
  }

  /** The bus, for one who sees and may do everything. */
  get bus(): BusAddress {
    return { url: this.installation.natsUrl, ...observer };
  }

  get mongoUrl(): string {
    return this.installation.mongoUrl;
  }

  /** Returns when every process that is meant to run says that it can serve. */
  async ready(timeoutMs = READY_MS): Promise<void> {
    const running = [...this.services].filter(([name]) => !this.stopped.has(name));
    await Promise.all(running.map(([, url]) => readiness(url, timeoutMs)));
  }

  /** SIGKILL; its supervisor brings it back by itself. */
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

  /** Of a service's process, to look at its memory or to send it a signal. */
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

  /** What a process tells at /metrics. */
  async allMetrics(name: string): Promise<string> {
    return (await fetch(`${found(this.metrics, name)}/metrics`)).text();
  }

  /** One number out of what a process tells at /metrics. */
  async metric(name: string, metric: string): Promise<number> {
    const line = (await this.allMetrics(name))
      .split('\n')
      .find((each) => each.startsWith(`${metric} `) || each.startsWith(`${metric}{`));
    return Number(line?.split(' ').at(-1) ?? Number.NaN);
  }

  /** Path of a service's log. */
  log(name: string): string {
    return join(this.directory, 'logs', `${name}.log`);
  }

  /** Fails when a service tried something on the bus that it may not: then the table of its users lacks a line. */
  async stop(): Promise<void> {
    await this.installation.stop();
    const logs = await Promise.all([...this.services.keys()].map((name) => readFile(this.log(name), 'utf8')));
    for (const proxy of this.proxies.values()) await proxy.close();
    await rm(this.directory, { recursive: true, force: true });
    const refused = logs.flatMap((log) => log.match(/^.*bus_permission_violation.*$/gm) ?? []);
    if (refused.length > 0) throw new Error(refused.join('\n'));
  }

  private part(name: string): Supervised {
    return this.installation.part(name);
  }
}

function found<T>(parts: ReadonlyMap<string, T>, name: string): T {
  const part = parts.get(name);
  if (!part) throw new Error(`no ${name} among ${[...parts.keys()].join(', ') || 'none'}`);
  return part;
}

async function readiness(url: string, timeoutMs: number): Promise<void> {
  let last = 'no answer';
  const ready = waitFor(
    'readiness',
    async () => {
      const response = await fetch(`${url}/health/ready`);
      last = await response.text();
      return response.ok;
    },
    timeoutMs,
  );
  await ready.catch((cause: unknown) => {
    throw new Error(`${url} did not become ready: ${last}`, { cause });
  });
}
