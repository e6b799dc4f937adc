import { Logger } from '@nestjs/common';
import type { Bus } from './bus';
import { SILENCE_MS, StreamBroken } from './stream-protocol';
import { StreamReceiver } from './stream-receiver';
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

/** Takes up an offer: the bytes, as they come. */
export async function* acceptOffer(bus: Bus, offer: string): AsyncGenerator<Uint8Array> {
  const connection = await bus.connection();
  const receiver = await StreamReceiver.open(bus);
  connection.publish(offer, undefined, { reply: receiver.subject });
  yield* receiver;
}
