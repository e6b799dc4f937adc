import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { connect, createInbox, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { instanceId } from '@sluice/runtime/logging';
import { Readiness } from '@sluice/runtime/readiness';
import { Counter } from 'prom-client';

export const BUS_OPTIONS = Symbol('BusOptions');
export interface BusOptions {
  /** The service's name: queue group of its handlers. */
  service: string;
  servers: string[];
  user?: string;
  password?: string;
}

const ADDRESS_BYTES = 6;
/** A dead connection is noticed with the third: within five seconds. */
const PING_INTERVAL_MS = 1_600;
const RECONNECT_WAIT_MS = 250;

const violations = new Counter({
  name: 'sluice_nats_permission_violations_total',
  help: 'What this process tried on the bus and may not do: a fault of its build or configuration, or an intruder',
  labelNames: ['operation'],
});

/**
 * The process's one connection to NATS. It comes up whenever the server does and never gives up (the client's own
 * default ends after 20 s). Parts that hold state learn of every loss and return: what happened between is unknown.
 */
@Injectable()
export class Bus implements OnApplicationShutdown {
  private readonly logger = new Logger(Bus.name);
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly connecting: Promise<NatsConnection>;
  private live: NatsConnection | null = null;
  private closing = false;
  private readonly inboxPrefix: string;
  /** Names this process among the replicas of its service, for reads that are asked of it alone. */
  readonly address = randomBytes(ADDRESS_BYTES).toString('hex');

  constructor(
    @Inject(BUS_OPTIONS) readonly options: BusOptions,
    readiness: Readiness,
  ) {
    readiness.register('nats', () => (this.live ? null : 'not connected to NATS'));
    this.inboxPrefix = `_INBOX.${options.service}`;
    this.connecting = this.open();
  }

  /** The connection once it has been up for the first time; it may be reconnecting. */
  connection(): Promise<NatsConnection> {
    return this.connecting;
  }

  /** The connection if it is up at this moment. */
  connected(): NatsConnection | null {
    return this.live;
  }

  /** A new private subject of this service. */
  newInbox(): string {
    return createInbox(this.inboxPrefix);
  }

  onLost(listener: () => void): () => void {
    this.changes.on('lost', listener);
    return () => this.changes.off('lost', listener);
  }

  onRestored(listener: () => void): () => void {
    this.changes.on('restored', listener);
    return () => this.changes.off('restored', listener);
  }

  /** Calls with the subject of what the server refused to take from this process. */
  onRefused(listener: (subject: string) => void): void {
    this.changes.on('refused', listener);
  }

  /** Closes last of all: until then, requests that are still being answered may need it. */
  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    if (this.live) await this.live.drain();
    else void this.connecting.then((connection) => connection.close());
  }

  private async open(): Promise<NatsConnection> {
    const { service, servers, user, password } = this.options;
    const connection = await connect({
      servers,
      user,
      pass: password,
      name: `${service} ${instanceId}`,
      inboxPrefix: this.inboxPrefix,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      ignoreAuthErrorAbort: true,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: 2,
    });
    this.live = connection;
    void this.follow(connection);
    return connection;
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.live = null;
        this.changes.emit('lost');
        this.logger.warn('disconnected from NATS');
      } else if (status.type === 'reconnect') {
        this.live = connection;
        this.changes.emit('restored');
        this.logger.log('reconnected to NATS');
      } else if (status.type === 'error' && status.error instanceof PermissionViolationError) {
        const { operation, subject } = status.error;
        violations.inc({ operation });
        if (operation === 'publish') this.changes.emit('refused', subject);
        this.logger.error({ securityEvent: 'bus_permission_violation', operation, subject });
      } else if (status.type === 'error') {
        this.logger.error(`NATS: ${status.error.message}`);
      }
    }
    this.live = null;
    this.changes.emit('lost');
    if (!this.closing) this.logger.error('the NATS connection closed for good');
  }
}
