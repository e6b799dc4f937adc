import { type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus';
import {
  ALIVE_MS,
  CHUNK_BYTES,
  readStreamHeaders,
  SILENCE_MS,
  STALL_MS,
  StreamBroken,
  streamHeaders,
  type ToReceiver,
} from './stream-protocol';

/**
 * Sends a whole source to a receiver's subject and resolves once all of it is handed to the bus. Throws what the source
 * throws, or `StreamBroken` when the receiver is gone, cancelled or took nothing for 30 s; the receiver then knows that
 * the stream is not complete.
 */
export async function sendStream(bus: Bus, subject: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const sender = new StreamSender(await bus.connection(), subject, bus.newInbox());
  try {
    try {
      await sender.open();
    } catch (error) {
      await discard(source);
      throw error;
    }
    for await (const piece of source) {
      for (let at = 0; at < piece.length; at += CHUNK_BYTES) await sender.send(piece.subarray(at, at + CHUNK_BYTES));
    }
    sender.end();
  } catch (error) {
    sender.abort();
    throw error;
  } finally {
    sender.close();
  }
}

/** Ends a source that nobody reads, so that what it holds is given back. */
export async function discard(source: AsyncIterable<Uint8Array>): Promise<void> {
  await source[Symbol.asyncIterator]().return?.();
}

class StreamSender {
  private readonly subscription: Subscription;
  private readonly alive: NodeJS.Timeout;
  private credit = 0;
  private sent = 0;
  private cancelled = false;
  private wake: () => void = () => {};

  constructor(
    private readonly connection: NatsConnection,
    private readonly subject: string,
    private readonly control: string,
  ) {
    this.subscription = connection.subscribe(this.control, {
      callback: (error, message) => {
        if (!error) this.hear(message);
      },
    });
    this.alive = setInterval(() => this.tell('alive', this.sent), ALIVE_MS);
  }

  async open(): Promise<void> {
    this.connection.publish(this.subject, undefined, { reply: this.control, headers: streamHeaders('open', 0) });
    await this.credited(SILENCE_MS);
  }

  async send(chunk: Uint8Array): Promise<void> {
    await this.credited(STALL_MS);
    this.tell('chunk', ++this.sent, chunk);
  }

  end(): void {
    this.tell('end', this.sent);
  }

  abort(): void {
    if (!this.cancelled) this.tell('abort', this.sent);
  }

  close(): void {
    clearInterval(this.alive);
    this.subscription.unsubscribe();
  }

  private tell(kind: ToReceiver, number: number, chunk?: Uint8Array): void {
    if (!this.connection.isClosed())
      this.connection.publish(this.subject, chunk, { headers: streamHeaders(kind, number) });
  }

  private hear(message: Msg): void {
    const { kind, number } = readStreamHeaders(message.headers);
    if (kind === 'cancel' || message.headers?.code === 503) this.cancelled = true;
    else this.credit = Math.max(this.credit, number);
    this.wake();
  }

  private async credited(limitMs: number): Promise<void> {
    if (this.sent < this.credit && !this.cancelled) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, limitMs, true);
    });
    try {
      while (this.sent >= this.credit && !this.cancelled) {
        const woken = new Promise<boolean>((resolve) => {
          this.wake = () => resolve(false);
        });
        if (await Promise.race([woken, late])) throw new StreamBroken('the receiver takes nothing');
      }
      if (this.cancelled) throw new StreamBroken('the receiver is gone');
    } finally {
      clearTimeout(timer);
    }
  }
}
