import { Logger } from '@nestjs/common';
import type { Bus } from './bus';
import { SILENCE_MS, StreamBroken } from './stream-protocol';
import { StreamReceiver } from './stream-receiver';
import { sendStream } from './stream-sender';

const logger = new Logger('RowStream');

/** Holds a source ready for whoever asks on the returned subject first; an offer that nobody takes up ends after 10 s. */
export async function offerStream(bus: Bus, source: AsyncIterable<Uint8Array>): Promise<string> {
  const connection = await bus.connection();
  const subject = bus.newInbox();
  connection.subscribe(subject, {
    max: 1,
    timeout: SILENCE_MS,
    callback: (error, message) => {
      if (error || !message.reply) return;
      sendStream(bus, message.reply, source).catch((failure: unknown) => {
        logger.warn(failure instanceof StreamBroken ? `a reply stream broke: ${failure.message}` : failure);
      });
    },
  });
  return subject;
}

/** Takes up an offer: the bytes, as they come. */
export async function* acceptOffer(bus: Bus, offer: string): AsyncGenerator<Uint8Array> {
  const connection = await bus.connection();
  const receiver = await StreamReceiver.open(bus);
  connection.publish(offer, undefined, { reply: receiver.subject });
  yield* receiver;
}
