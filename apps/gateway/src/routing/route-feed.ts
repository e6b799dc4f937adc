import {
  Controller,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { PayloadOf } from '@sluice/contracts/contract';
import { registryHeartbeat, routeChanged } from '@sluice/contracts/registry/routes';
import { Bus } from '@sluice/messaging/bus';
import { Hears } from '@sluice/messaging/handles';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Readiness } from '@sluice/runtime/readiness';
import { Ticker } from '@sluice/runtime/ticker';
import { readRoutes } from './read-routes';
import { RouteTable } from './route-table';

const RETRY_MS = 500;
const DEGRADED_AFTER_MS = 5_000;
const REMIND_MS = 10_000;
/** Registry knows for longer which APIs are gone. */
const REMEMBERED_MS = 3_600_000;
const NO_TABLE = 'no route table from the registry service yet';

type Change = PayloadOf<typeof routeChanged>;

/**
 * The route table of this gateway and how it stays current: changes come as numbered events, a gap against the number
 * in a heartbeat reads what changed since the last number that counted, or the whole table where registry cannot tell.
 * While registry is away the last good table serves, marked degraded.
 */
@Injectable()
export class Routes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Routes.name);
  private current: RouteTable | null = null;
  private applied = 0;
  /** The highest number that a heartbeat told while the table is being read. */
  private told = 0;
  private loading = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly reminding = new Ticker({ name: Routes.name, everyMs: REMIND_MS, turn: () => this.remind() });
  private lastBeatMs = Number.NEGATIVE_INFINITY;
  /** When this table was last known to be as registry's. */
  private levelMs = Number.NEGATIVE_INFINITY;
  /** Changes that arrive while the table is being read. */
  private meanwhile: Change[] = [];
  /** The number of the last change that was heard of each API since the table was read. */
  private heard = new Map<string, number>();

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
    readiness: Readiness,
  ) {
    readiness.register('registry', () => (this.current ? null : NO_TABLE));
    readiness.registerDegraded('registry', () =>
      this.isDegraded() ? 'no heartbeat, the last route table serves' : null,
    );
  }

  table(): RouteTable | null {
    return this.current;
  }

  /** The number of the last change that counts here. */
  rev(): number {
    return this.applied;
  }

  /** Tells whether the table may be behind: registry was there once, and has been silent for 5 s. */
  isDegraded(): boolean {
    return this.current !== null && this.beatAgeMs() > DEGRADED_AFTER_MS;
  }

  beatAgeMs(): number {
    return this.clock.monotonicMs() - this.lastBeatMs;
  }

  /** Tells the time since this table was last known to be as registry's, in milliseconds. */
  lagMs(): number {
    return this.clock.monotonicMs() - this.levelMs;
  }

  /** Counts at once, whatever else was lost; and once more in the table that is being read. */
  changed(change: Change): void {
    if (this.loading || !this.current) this.meanwhile.push(change);
    if (this.current && !this.apply(this.current, change)) this.reload();
  }

  beat(rev: number): void {
    this.lastBeatMs = this.clock.monotonicMs();
    this.told = Math.max(this.told, rev);
    if (rev > this.applied || !this.current) this.reload();
    else if (rev === this.applied) this.levelMs = this.lastBeatMs;
  }

  /** Reads what may be missing and puts it in place at once; tries again until it works. */
  reload(): void {
    if (this.loading) return;
    this.loading = true;
    clearTimeout(this.retry);
    this.load()
      .catch((error: unknown) => {
        this.logger.warn(`the route table could not be read: ${error instanceof Error ? error.message : error}`);
        this.retry = setTimeout(() => this.reload(), RETRY_MS);
      })
      .finally(() => {
        this.loading = false;
      });
  }

  onApplicationBootstrap(): void {
    this.reminding.start();
  }

  onApplicationShutdown(): Promise<void> {
    clearTimeout(this.retry);
    return this.reminding.stop();
  }

  /** Says again and again in the log that the first table is still awaited. */
  private remind(): void {
    if (!this.current) this.logger.warn(`not ready: ${NO_TABLE}`);
  }

  private async load(): Promise<void> {
    for (let complete = false; !complete; ) {
      this.meanwhile = [];
      this.told = 0;
      const { table, rev } = await this.read();
      this.applied = rev;
      this.heard = new Map();
      complete = this.meanwhile
        .sort((a, b) => a.rev - b.rev)
        .map((change) => this.apply(table, change))
        .every((applied) => applied);
      // The pages may be of a moment before the last heartbeat.
      complete &&= this.applied >= this.told;
      this.current = table;
    }
    this.levelMs = this.clock.monotonicMs();
  }

  /** Reads what changed into the current table, else the whole of it into a new one. */
  private async read(): Promise<{ table: RouteTable; rev: number }> {
    const isRemembered = this.current !== null && this.clock.monotonicMs() - this.levelMs < REMEMBERED_MS;
    const { rev, whole, routes } = await readRoutes(this.services, isRemembered ? this.applied : undefined);
    const table = whole || !this.current ? new RouteTable() : this.current;
    for (const [apiId, route] of routes) table.put(apiId, route);
    return { table, rev };
  }

  /**
   * Applies a change; false when one before it is missing, so that the table has to be read again. It is the whole state
   * of its API, and is not undone by an earlier one that comes later. Changes up to the applied number are in the table.
   */
  private apply(table: RouteTable, { rev, apiId, route }: Change): boolean {
    if (rev <= this.applied) return true;
    if (rev > (this.heard.get(apiId) ?? 0)) {
      this.heard.set(apiId, rev);
      table.put(apiId, route);
    }
    if (rev > this.applied + 1) return false;
    this.applied = rev;
    return true;
  }
}

/** Carries registry's changes and heartbeats into the route table. */
@Controller()
export class RouteFeed implements OnModuleInit {
  constructor(
    private readonly routes: Routes,
    private readonly bus: Bus,
  ) {}

  onModuleInit(): void {
    this.bus.onRestored(() => this.routes.reload());
    void this.bus.connection().then(() => this.routes.reload());
  }

  @Hears(routeChanged)
  changed(change: Change): void {
    this.routes.changed(change);
  }

  @Hears(registryHeartbeat)
  beat({ rev }: PayloadOf<typeof registryHeartbeat>): void {
    this.routes.beat(rev);
  }
}
