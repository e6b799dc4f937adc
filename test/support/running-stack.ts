import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusAddress } from '../../apps/standalone/src/first-start/first-secrets';
import { waitFor } from './wait-for';

/** How to reach a running product. It can be sent to another process. */
export interface StackFacts {
  /** Where each gateway answers, without a slash at the end. */
  gateways: readonly string[];
  /** Where each process tells its health. */
  health: Readonly<Record<string, string>>;
  /** Where each process tells its metrics. */
  metrics: Readonly<Record<string, string>>;
  /** An admin key of this installation. */
  adminKey: string;
  /** The bus, for one who sees and may do everything. */
  bus: BusAddress;
  mongoUrl: string;
  /** Folder of the services' logs. */
  logs: string;
}

const READY_MS = 30_000;
/** A question of health that is not answered by then is asked again. */
const ANSWER_MS = 5_000;

/** The whole product as tests see it from outside, once it is started. */
export abstract class RunningStack {
  protected found?: StackFacts;
  /** Names of the parts that are meant to be away. */
  protected readonly stopped = new Set<string>();

  /** Where each gateway answers, without a slash at the end. */
  get gateways(): readonly string[] {
    return this.facts.gateways;
  }

  /** The first gateway. */
  get url(): string {
    return this.gateways[0] ?? '';
  }

  get adminKey(): string {
    return this.facts.adminKey;
  }

  get bus(): BusAddress {
    return this.facts.bus;
  }

  get mongoUrl(): string {
    return this.facts.mongoUrl;
  }

  get facts(): StackFacts {
    if (!this.found) throw new Error('the stack is not started yet');
    return this.found;
  }

  /** Returns when every process that is meant to run says that it can serve. */
  async ready(timeoutMs = READY_MS): Promise<void> {
    const running = Object.entries(this.facts.health).filter(([name]) => !this.stopped.has(name));
    await Promise.all(running.map(([, url]) => readiness(url, timeoutMs)));
  }

  /** Ends a part with SIGKILL; its supervisor brings it back by itself. */
  abstract kill(name: string): Promise<void>;

  /** Gives what a process tells at /metrics. */
  async allMetrics(name: string): Promise<string> {
    const url = this.facts.metrics[name];
    if (!url) throw new Error(`no ${name} among ${Object.keys(this.facts.metrics).join(', ')}`);
    return (await fetch(`${url}/metrics`)).text();
  }

  /** Gives one number out of what a process tells at /metrics. */
  async metric(name: string, metric: string): Promise<number> {
    const line = (await this.allMetrics(name))
      .split('\n')
      .find((each) => each.startsWith(`${metric} `) || each.startsWith(`${metric}{`));
    return Number(line?.split(' ').at(-1) ?? Number.NaN);
  }

  /** Path of a service's log. */
  log(name: string): string {
    return join(this.facts.logs, `${name}.log`);
  }

  /** Gives what services logged about things that they tried on the bus and may not do. */
  async violations(): Promise<string[]> {
    const logs = Object.keys(this.facts.metrics).map((name) => readFile(this.log(name), 'utf8'));
    return (await Promise.all(logs)).flatMap((log) => log.match(/^.*bus_permission_violation.*$/gm) ?? []);
  }
}

async function readiness(url: string, timeoutMs: number): Promise<void> {
  let last = 'no answer';
  const ready = waitFor(
    'readiness',
    async () => {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS) });
      last = await response.text();
      return response.ok;
    },
    timeoutMs,
  );
  await ready.catch((cause: unknown) => {
    throw new Error(`${url} did not become ready: ${last}`, { cause });
  });
}
