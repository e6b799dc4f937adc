import { Logger } from '@nestjs/common';
import type { Bus } from './bus';
import { SILENCE_MS, StreamBroken } from './stream-protocol';
import { type HearHeaders, StreamReceiver } from './stream-receiver';
import { discard, sendStream } from './stream-sender';

const logger = new Logger('RowStream');

/**
 * Holds a source ready for whoever asks on `subject` first; an offer that nobody takes up ends after 10 s, and the source
 * with it. `done` resolves when the source is no longer needed, however it went.
 */
export async function offerStream(
  bus: Bus,
  source: AsyncIterable<Uint8Array>,
): Promise<{ subject: string; done: Promise<void> }> {
  const connection = await bus.connection();
  const subject = bus.newInbox();
  const taker = new Promise<string | null>((resolve) => {
    const subscription = connection.subscribe(subject, {
      max: 1,
      timeout: SILENCE_MS,
      callback: (error, message) => {
        // A timeout alone leaves the subscription on the server.
        if (error) subscription.unsubscribe();
        resolve(error ? null : (message.reply ?? null));
      },
    });
  });
  return { subject, done: serve(bus, source, taker) };
}

async function serve(bus: Bus, source: AsyncIterable<Uint8Array>, taker: Promise<string | null>): Promise<void> {
  const receiver = await taker;
  try {
    if (receiver === null) await discard(source);
    else await sendStream(bus, receiver, source);
  } catch (failure) {
    logger.warn(failure instanceof StreamBroken ? `a reply stream broke: ${failure.message}` : failure);
  }
}

/** Takes up an offer: the bytes, as they come. `hear` is given the headers of each message. */
export function acceptOffer(bus: Bus, offer: string, hear?: HearHeaders): AsyncIterableIterator<Uint8Array> {
  return new AcceptedStream(bus, offer, hear);
}

/** Leaving it ends the stream at once; a generator would wait for the chunk that it is waiting for. */
class AcceptedStream implements AsyncIterableIterator<Uint8Array> {
  private receiver: StreamReceiver | null = null;
  private chunks: Promise<AsyncGenerator<Uint8Array>> | null = null;
  private isLeft = false;

  constructor(
    private readonly bus: Bus,
    private readonly offer: string,
    private readonly hear?: HearHeaders,
  ) {}

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.isLeft) return { done: true, value: undefined };
    this.chunks ??= this.open();
    return (await this.chunks).next();
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.isLeft = true;
    this.receiver?.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async open(): Promise<AsyncGenerator<Uint8Array>> {
    const connection = await this.bus.connection();
    const receiver = await StreamReceiver.open(this.bus, this.hear);
    this.receiver = receiver;
    connection.publish(this.offer, undefined, { reply: receiver.subject });
    if (this.isLeft) receiver.close();
    return receiver[Symbol.asyncIterator]();
  }
}

/** Bytes that are at hand, as a stream of them. */
export async function* onePiece(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** All bytes of an offer; null when they are more than `maxBytes`. Throws when the stream breaks. */
export async function acceptWhole(bus: Bus, offer: string, maxBytes: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of acceptOffer(bus, offer)) {
    size += piece.length;
    if (size > maxBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
