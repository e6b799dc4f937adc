import { type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { requestScope } from '@sluice/runtime/request-scope';
import type { Bus } from './bus';
import { tellQueryTime } from './headers';
import {
  ALIVE_MS,
  CHUNK_BYTES,
  readStreamHeaders,
  SILENCE_MS,
  STALL_MS,
  StreamBroken,
  streamHeaders,
  type ToReceiver,
  WORTH_SENDING_BYTES,
} from './stream-protocol';

/**
 * Sends a whole source to a receiver's subject and resolves once all of it is handed to the bus. Throws what the source
 * throws, or `StreamBroken` when the receiver is gone, cancelled or took nothing for 30 s; the receiver then knows that
 * the stream is not complete. Small pieces go together: what a source gave may wait for more of it.
 */
export async function sendStream(bus: Bus, subject: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const sender = new StreamSender(await bus.connection(), subject, bus.newInbox());
  const pieces = source[Symbol.asyncIterator]();
  try {
    await sender.open();
    for (;;) {
      const piece = await sender.unlessGone(pieces.next());
      if (piece.done) break;
      await sender.add(piece.value);
    }
    await sender.end();
  } catch (error) {
    sender.abort();
    // Not waited for: a source that is stuck would keep the sender with it.
    pieces.return?.().catch(() => {});
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
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private wake: () => void = () => {};
  private leave: (reason: StreamBroken) => void = () => {};
  private readonly queryTime = requestScope.getStore()?.queryTime;

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

  async add(piece: Uint8Array): Promise<void> {
    this.waiting.push(piece);
    this.waitingBytes += piece.length;
    if (this.waitingBytes >= WORTH_SENDING_BYTES) await this.send();
  }

  async end(): Promise<void> {
    await this.send();
    this.tell('end', this.sent);
  }

  /** The result of `work`, or a throw as soon as the receiver is known to be gone. */
  unlessGone<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.leave = reject;
      work.then(resolve, reject);
      if (this.cancelled) reject(gone());
    });
  }

  private async send(): Promise<void> {
    const [first, ...others] = this.waiting;
    if (!first) return;
    const bytes = others.length === 0 ? first : Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      await this.credited(STALL_MS);
      this.tell('chunk', ++this.sent, bytes.subarray(at, at + CHUNK_BYTES));
    }
  }

  abort(): void {
    if (!this.cancelled) this.tell('abort', this.sent);
  }

  close(): void {
    clearInterval(this.alive);
    this.subscription.unsubscribe();
  }

  private tell(kind: ToReceiver, number: number, chunk?: Uint8Array): void {
    if (this.connection.isClosed()) return;
    const headers = streamHeaders(kind, number);
    tellQueryTime(headers, this.queryTime);
    this.connection.publish(this.subject, chunk, { headers });
  }

  private hear(message: Msg): void {
    const { kind, number } = readStreamHeaders(message.headers);
    if (kind === 'cancel' || message.headers?.code === 503) {
      this.cancelled = true;
      this.leave(gone());
    } else this.credit = Math.max(this.credit, number);
    this.wake();
  }

  private async credited(limitMs: number): Promise<void> {
    if (this.connection.isClosed()) throw new StreamBroken('the connection is closed');
    if (this.connection.isClosed()) throw new StreamBroken('the connection is closed');
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
      if (this.cancelled) throw gone();
    } finally {
      clearTimeout(timer);
    }
  }
}

function gone(): StreamBroken {
  return new StreamBroken('the receiver is gone');
}
