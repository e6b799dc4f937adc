import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus';
import { readStreamHeaders, SILENCE_MS, StreamBroken, streamHeaders, WINDOW_CHUNKS } from './stream-protocol';

/** Is given the headers of each message of a stream. */
export type HearHeaders = (hdrs: MsgHdrs | undefined) => void;

/**
 * The reading end of a row stream. Iterate it once; leaving the loop early, or an error, tells the sender to stop.
 * Throws `StreamBroken` when the stream ends without being complete.
 */
export class StreamReceiver implements AsyncIterable<Uint8Array> {
  /** The subject that a sender sends to. */
  readonly subject: string;
  private readonly subscription: Subscription;
  private readonly chunks: Uint8Array[] = [];
  private control: string | null = null;
  private received = 0;
  private taken = 0;
  private finished = false;
  private failure: StreamBroken | null = null;
  private wake: () => void = () => {};
  private silence: NodeJS.Timeout;

  private constructor(
    private readonly connection: NatsConnection,
    subject: string,
    private readonly hear: HearHeaders | undefined,
  ) {
    this.subject = subject;
    this.silence = this.watch();
    this.subscription = connection.subscribe(this.subject, {
      callback: (error, message) => (error ? this.fail(error.message) : this.receive(message)),
    });
  }

  /** Opens a receiver; it gives up when no sender shows up within 10 s. */
  static async open(bus: Bus, hear?: HearHeaders): Promise<StreamReceiver> {
    return new StreamReceiver(await bus.connection(), bus.newInbox(), hear);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.chunks.shift();
        if (chunk) {
          this.taken++;
          this.grant();
          yield chunk;
        } else if (this.failure) throw this.failure;
        else if (this.finished) return;
        else await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.close();
    }
  }

  /** Ends the stream from this side; who still iterates gets `StreamBroken`, unless all of it had arrived. */
  close(): void {
    clearTimeout(this.silence);
    this.subscription.unsubscribe();
    if (!this.finished) {
      this.tell('cancel', 0);
      this.failure ??= new StreamBroken('the receiver was closed');
    }
    this.wake();
  }

  private receive(message: Msg): void {
    const { kind, number } = readStreamHeaders(message.headers);
    this.hear?.(message.headers);
    clearTimeout(this.silence);
    this.silence = this.watch();
    if (kind === 'open') {
      this.control = message.reply ?? null;
      this.grant();
    } else if (kind === 'alive' && number === this.received) {
      this.grant();
    } else if (kind === 'chunk' && number === this.received + 1) {
      this.received = number;
      this.chunks.push(message.data);
      this.wake();
    } else if (kind === 'end' && number === this.received) {
      this.finished = true;
      clearTimeout(this.silence);
      this.wake();
    } else {
      this.fail(kind === 'abort' ? 'the sender gave up' : 'a part of the stream was lost');
    }
  }

  /** Repeated with every sign of life from the sender, so that a lost grant does not stop the stream. */
  private grant(): void {
    if (!this.finished && !this.failure) this.tell('credit', this.taken + WINDOW_CHUNKS);
  }

  private tell(kind: 'credit' | 'cancel', number: number): void {
    if (this.control && !this.connection.isClosed())
      this.connection.publish(this.control, undefined, { headers: streamHeaders(kind, number) });
  }

  private watch(): NodeJS.Timeout {
    return setTimeout(() => this.fail('the sender is gone'), SILENCE_MS);
  }

  private fail(reason: string): void {
    if (this.finished || this.failure) return;
    this.failure = new StreamBroken(reason);
    clearTimeout(this.silence);
    this.subscription.unsubscribe();
    this.wake();
  }
}
