import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { Injectable } from '@nestjs/common';
import { Bus } from './bus';
import { NotSent, ServiceError } from './service-error';

/** The status of a message that nobody listens for (NATS protocol, "no responders"). */
const NO_RESPONDERS = 503;

interface Waiting {
  subject: string;
  timer: NodeJS.Timeout;
  resolve(reply: Msg | null): void;
  reject(error: ServiceError): void;
}

/**
 * Asks over one subscription for all replies. The client's own requests make two errors with their stacks for each
 * question, in case it fails, and a listener for the loss of the connection: a tenth of what a page costs.
 */
@Injectable()
export class Replies {
  private readonly waiting = new Map<string, Waiting>();
  private readonly inbox: string;
  private isSubscribed = false;
  private asked = 0;

  constructor(private readonly bus: Bus) {
    this.inbox = bus.newInbox();
    bus.onLost(() => this.fail(() => true, 'unavailable', 'lost the connection to the other services'));
    // The bus itself has logged it.
    bus.onRefused((subject) => this.fail((waiting) => waiting === subject, 'internal', `${subject} may not be called`));
  }

  /** Sends one message, and gives its reply, or null when none came in time. Fails with a `ServiceError`. */
  ask(subject: string, payload: Uint8Array, headers: MsgHdrs, timeoutMs: number): Promise<Msg | null> {
    const connection = this.bus.connected();
    if (!connection) return Promise.reject(new NotSent('not connected to the other services'));
    if (!this.isSubscribed) this.subscribe(connection);
    const id = (this.asked++).toString(36);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        resolve(null);
      }, timeoutMs);
      this.waiting.set(id, { subject, timer, resolve, reject });
      try {
        connection.publish(subject, payload, { reply: `${this.inbox}.${id}`, headers });
      } catch {
        this.take(id)?.reject(new ServiceError('unavailable'));
      }
    });
  }

  /** Once: the client subscribes again on each new connection to the server. */
  private subscribe(connection: NatsConnection): void {
    this.isSubscribed = true;
    connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (error) this.fail(() => true, 'internal', 'replies may not be listened to');
        else this.receive(message);
      },
    });
  }

  private receive(message: Msg): void {
    const waiting = this.take(message.subject.slice(this.inbox.length + 1));
    if (!waiting) return;
    if (message.headers?.code !== NO_RESPONDERS) waiting.resolve(message);
    else waiting.reject(new NotSent(`no ${waiting.subject.split('.')[0]} service is running`));
  }

  private fail(concerns: (subject: string) => boolean, code: 'unavailable' | 'internal', detail: string): void {
    for (const [id, { subject }] of this.waiting) {
      if (concerns(subject)) this.take(id)?.reject(new ServiceError(code, detail));
    }
  }

  private take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.waiting.delete(id);
    return waiting;
  }
}
