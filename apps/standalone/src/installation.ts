import { randomBytes } from 'node:crypto';
import type { BusUserName } from '@sluice/contracts/bus-user-names';
import type { NatsUser } from '@sluice/messaging/nats-authorization';
import { natsUsers } from '@sluice/messaging/permissions';
import { EmbeddedNats } from './embedded/embedded-nats';
import type { HostedEngine, Progress } from './embedded/engine';
import { localMongo } from './embedded/local-mongo';
import type { BusAddress } from './first-start/first-secrets';
import type { Exit } from './machine/hosted-process';
import { LogFile } from './machine/log-file';
import { serviceEnvironment } from './machine/machine-environment';
import { type ServiceName, ServiceProcess } from './service-process';
import { Supervised } from './supervised';

const LOOPBACK = '127.0.0.1';
const LOG_CHECK_MS = 5_000;

export interface InstallationPlan {
  dataDirectory: string;
  /** The address of this machine that gateways listen on; loopback unless said otherwise. */
  host?: string;
  /** One gateway listens on each. */
  gatewayPorts: number[];
  /** The number of replicas of each service behind the gateways; one unless said otherwise. */
  replicas?: Partial<Record<'tokens' | 'catalogue' | 'registry', number>>;
  publicUrl: string;
  adminKey?: string;
  /** Remembers revocations outside of the data directory; without, only the database does. */
  witnessFile?: string;
  natsUrl?: string;
  /** Users of the embedded NATS besides the product's own. */
  natsUsers?: readonly NatsUser[];
  mongoUrl?: string;
  /** Private ports of health and metrics by part; any free one for those that are not named. */
  healthPorts?: ReadonlyMap<string, number>;
  /** Added to the environment of every service. */
  env?: NodeJS.ProcessEnv;
  /** Gives single parts more environment, by name; asked at each of their starts. */
  envOf?: (name: string) => NodeJS.ProcessEnv;
  /** Gives the folder of compiled services that a part is started from, by name; asked at each of their starts. */
  servicesOf?: (name: string) => string | undefined;
  /** Gateways stay "not ready" until `release`. */
  hold: boolean;
  progress: Progress;
  onExit: (name: string, exit: Exit, delayMs: number) => void;
}

/** Everything of one installation on this machine: engines unless they are given, and the services as processes. */
export class Installation {
  /** The embedded NATS knows them as long as this launcher runs: every start makes new ones. */
  private readonly passwords: Readonly<Record<BusUserName, string>> = {
    gateway: newPassword(),
    catalogue: newPassword(),
    registry: newPassword(),
    tokens: newPassword(),
    standalone: newPassword(),
  };
  private readonly engines = new Map<string, Supervised>();
  private readonly services = new Map<string, Supervised>();
  private readonly logs: LogFile[] = [];
  private readonly limiting = setInterval(() => this.limitLogs(), LOG_CHECK_MS).unref();
  private nats?: HostedEngine;
  private mongo?: HostedEngine;
  private held: boolean;
  private stopping = false;

  constructor(private readonly plan: InstallationPlan) {
    this.held = plan.hold;
  }

  get natsUrl(): string {
    return this.plan.natsUrl ?? this.nats?.url ?? '';
  }

  /** How one part of the product gets onto the bus: as itself on the embedded one, as the environment says on another. */
  bus(user: BusUserName): BusAddress {
    if (this.nats) return { url: this.nats.url, user, password: this.passwords[user] };
    return { url: this.natsUrl, user: process.env.NATS_USER, password: process.env.NATS_PASSWORD };
  }

  get mongoUrl(): string {
    return this.plan.mongoUrl ?? this.mongo?.url ?? '';
  }

  /** Returns when the engines answer and the services' processes run; the gateways' /health/ready tells the rest. */
  async start(): Promise<void> {
    const { dataDirectory, progress } = this.plan;
    const users = [...natsUsers(this.passwords), ...(this.plan.natsUsers ?? [])];
    if (!this.plan.natsUrl) this.nats = this.addEngine('nats', new EmbeddedNats(dataDirectory, users, progress));
    if (!this.plan.mongoUrl) this.mongo = this.addEngine('mongo', await localMongo(dataDirectory, progress));
    await Promise.all([...this.engines.values()].map((engine) => engine.start()));
    if (this.stopping) return;
    const { tokens = 1, catalogue = 1, registry = 1 } = this.plan.replicas ?? {};
    for (const [service, count] of Object.entries({ tokens, catalogue, registry })) {
      for (let replica = 1; replica <= count; replica++) this.addService(service as ServiceName, replica);
    }
    this.plan.gatewayPorts.forEach((port, index) => {
      this.addService('gateway', index + 1, port);
    });
    await Promise.all([...this.services.values()].map((service) => service.start()));
  }

  /** Lets the gateways become ready. */
  release(): void {
    this.held = false;
    for (const [name, { part }] of this.services) {
      if (name.startsWith('gateway') && part instanceof ServiceProcess) part.send({ type: 'release' });
    }
  }

  /** A part by its name: `nats`, `mongo`, or a service and its number such as `gateway-1`. */
  part(name: string): Supervised {
    const found = this.engines.get(name) ?? this.services.get(name);
    if (!found) throw new Error(`no part ${name}: ${[...this.engines.keys(), ...this.services.keys()].join(', ')}`);
    return found;
  }

  /** Services first, so that they can still finish what they are doing; then what they stand on. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.limiting);
    await Promise.all([...this.services.values()].map((service) => service.stop()));
    await Promise.all([...this.engines.values()].map((engine) => engine.stop()));
  }

  private limitLogs(): void {
    for (const log of this.logs) log.limit();
  }

  private addEngine(name: string, engine: HostedEngine): HostedEngine {
    this.engines.set(name, new Supervised(name, engine, this.plan));
    return engine;
  }

  private addService(service: ServiceName, replica: number, port?: number): void {
    const name = `${service}-${replica}`;
    const log = new LogFile(`${this.plan.dataDirectory}/logs/${name}.log`);
    this.logs.push(log);
    const folder = () => this.plan.servicesOf?.(name);
    const process = new ServiceProcess(service, () => this.environment(service, name, port), log, folder);
    this.services.set(name, new Supervised(name, process, this.plan));
  }

  /** Makes the environment of a service: its settings, its own password, and what it alone needs. */
  private environment(service: ServiceName, name: string, port?: number): NodeJS.ProcessEnv {
    const { url, user, password } = this.bus(service);
    return {
      NODE_ENV: 'production',
      ...serviceEnvironment(),
      ...this.plan.env,
      NATS_URL: url,
      NATS_USER: user,
      NATS_PASSWORD: password,
      SLUICE_PUBLIC_URL: this.plan.publicUrl,
      SLUICE_DATA_DIR: this.plan.dataDirectory,
      HEALTH_PORT: String(this.plan.healthPorts?.get(name) ?? 0),
      ...(service === 'gateway' ? { HOST: this.plan.host ?? LOOPBACK } : { MONGO_URL: this.mongoUrl }),
      ...(this.plan.witnessFile ? { SLUICE_WITNESS_FILE: this.plan.witnessFile } : {}),
      ...(service === 'tokens' && this.plan.adminKey ? { SLUICE_ADMIN_KEY: this.plan.adminKey } : {}),
      ...(service === 'catalogue' ? { SLUICE_CACHE_DIR: `${this.plan.dataDirectory}/cache/${name}` } : {}),
      ...(port === undefined ? {} : { PORT: String(port) }),
      ...(service === 'gateway' && this.held ? { SLUICE_HOLD_READY: 'true' } : {}),
      ...this.plan.envOf?.(name),
    };
  }
}

function newPassword(): string {
  return randomBytes(24).toString('hex');
}
