import { createHash } from 'node:crypto';
import { CHUNK_BYTES, StreamBroken, streamHeaders, WINDOW_CHUNKS } from '@sluice/messaging/stream-protocol';
import { StreamReceiver } from '@sluice/messaging/stream-receiver';
import { sendStream } from '@sluice/messaging/stream-sender';
import type { TestEngine } from '../support/engine-choice';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { collect, pattern } from './echo';
import { type Caller, startCaller } from './local-service';

/** A source that says how far it was read, and whether it was ended. */
class Source implements AsyncIterable<Uint8Array> {
  produced = 0;
  ended = false;

  constructor(
    private readonly pieces: number,
    private readonly pieceBytes: number,
    private readonly before: (piece: number) => Promise<void> | void = () => {},
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let i = 0; i < this.pieces; i++) {
        await this.before(i);
        this.produced++;
        yield pattern(this.pieceBytes);
      }
    } finally {
      this.ended = true;
    }
  }
}

describe('row streams over a real nats-server', () => {
  let nats: TestEngine;
  let producer: Caller;
  let consumer: Caller;

  beforeEach(async () => {
    nats = await startNats();
    [producer, consumer] = await Promise.all([startCaller(nats.url), startCaller(nats.url)]);
  });

  afterEach(async () => {
    await Promise.all([producer.close(), consumer.close()]);
    await nats.stop();
  });

  /** Everything that either side has sent has arrived when this resolves, and what it caused has been sent. */
  const settle = async () => {
    for (let i = 0; i < 5; i++) for (const { bus } of [producer, consumer]) await (await bus.connection()).flush();
  };
  /** Its subject is known to the server: the product tells it over the same connection, after the subscription. */
  const openReceiver = async () => {
    const receiver = await StreamReceiver.open(consumer.bus);
    await settle();
    return receiver;
  };
  const tell = async (receiver: StreamReceiver, kind: Parameters<typeof streamHeaders>[0], number: number) => {
    const connection = await producer.bus.connection();
    connection.publish(receiver.subject, 'bytes', { headers: streamHeaders(kind, number), reply: 'nowhere' });
  };

  test.each([
    ['no bytes at all', 0, 0],
    ['many small pieces', 3_000, 1_001],
    ['a few large pieces', 5, 3 * CHUNK_BYTES + 1],
  ])('%s arrive whole and in order', async (_what, pieces, pieceBytes) => {
    const source = new Source(pieces, pieceBytes);
    const receiver = await openReceiver();
    const [content] = await Promise.all([collect(receiver), sendStream(producer.bus, receiver.subject, source)]);
    const sha = createHash('sha256');
    for (let i = 0; i < pieces; i++) sha.update(pattern(pieceBytes));
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha.digest('hex'));
    expect(content.length).toBe(pieces * pieceBytes);
  });

  test('a slow reader holds back the producer: never more than the window is under way', async () => {
    const source = new Source(100, CHUNK_BYTES);
    const receiver = await openReceiver();
    const sending = sendStream(producer.bus, receiver.subject, source);
    let taken = 0;
    for await (const _chunk of receiver) {
      taken++;
      await settle();
      expect(source.produced).toBeLessThanOrEqual(taken + WINDOW_CHUNKS + 1);
    }
    await sending;
    expect(taken).toBe(100);
  });

  test('a reader that leaves stops the producer', async () => {
    const source = new Source(1_000, CHUNK_BYTES);
    const receiver = await openReceiver();
    const sending = expect(sendStream(producer.bus, receiver.subject, source)).rejects.toThrow(StreamBroken);
    for await (const _chunk of receiver) break;
    await sending;
    await waitFor('the end of the source', () => source.ended);
    expect(source.produced).toBeLessThan(20);
  });

  test('a reader that leaves frees the sender even while the source is stuck', async () => {
    const source = new Source(10, CHUNK_BYTES, (piece) => (piece === 2 ? new Promise(() => {}) : undefined));
    const receiver = await openReceiver();
    const sending = expect(sendStream(producer.bus, receiver.subject, source)).rejects.toThrow('the receiver is gone');
    await waitFor('the source to be stuck', () => source.produced === 2);
    receiver.close();
    await sending;
  });

  test('a reader that was never there stops the producer before it starts', async () => {
    const source = new Source(10, 10);
    await expect(sendStream(producer.bus, 'nobody.reads', source)).rejects.toThrow('the receiver is gone');
    expect(source.produced).toBe(0);
  });

  test('a source that fails midway breaks the stream on both sides', async () => {
    const source = new Source(10, CHUNK_BYTES, (piece) => {
      if (piece === 7) throw new Error('the disk is gone');
    });
    const receiver = await openReceiver();
    const sending = expect(sendStream(producer.bus, receiver.subject, source)).rejects.toThrow('the disk is gone');
    await expect(collect(receiver)).rejects.toThrow('the sender gave up');
    await sending;
  });

  test('a sender that dies breaks the stream', async () => {
    let unstick = () => {};
    const stuck = new Promise<void>((resolve) => {
      unstick = resolve;
    });
    const source = new Source(100, CHUNK_BYTES, (piece) => (piece === 20 ? stuck : undefined));
    const receiver = await openReceiver();
    const sending = sendStream(producer.bus, receiver.subject, source).catch(() => {});
    const reading = expect(collect(receiver)).rejects.toThrow('the sender is gone');
    await waitFor('the stream to run', () => source.produced === 20);
    await (await producer.bus.connection()).close();
    await reading;
    unstick();
    await sending;
  });

  test('a lost chunk breaks the stream at the next one', async () => {
    const receiver = await openReceiver();
    const reading = expect(collect(receiver)).rejects.toThrow('a part of the stream was lost');
    await tell(receiver, 'open', 0);
    await tell(receiver, 'chunk', 1);
    await tell(receiver, 'chunk', 3);
    await reading;
  });

  test('an end that counts more chunks than arrived breaks the stream', async () => {
    const receiver = await openReceiver();
    const reading = expect(collect(receiver)).rejects.toThrow('a part of the stream was lost');
    await tell(receiver, 'open', 0);
    await tell(receiver, 'chunk', 1);
    await tell(receiver, 'end', 2);
    await reading;
  });

  test('what arrived before the break is handed out, the break comes after it', async () => {
    const receiver = await openReceiver();
    await tell(receiver, 'open', 0);
    await tell(receiver, 'chunk', 1);
    await tell(receiver, 'abort', 1);
    await settle();
    const taken: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of receiver) taken.push(chunk);
    })();
    await expect(reading).rejects.toThrow(StreamBroken);
    expect(taken).toHaveLength(1);
  });

  test('nats-server dying in the middle never ends a stream well with bytes missing', async () => {
    const size = 400;
    const source = new Source(size, CHUNK_BYTES);
    const receiver = await openReceiver();
    void sendStream(producer.bus, receiver.subject, source).catch(() => {});
    let taken = 0;
    const reading = (async () => {
      for await (const _chunk of receiver) {
        taken++;
        if (taken === 50) {
          await nats.kill();
          await nats.restart();
        }
      }
      return 'ended well';
    })().catch((error: unknown) => error);
    const outcome = await reading;
    if (outcome === 'ended well') expect(taken).toBe(size);
    else expect(outcome).toBeInstanceOf(StreamBroken);
  });
});
