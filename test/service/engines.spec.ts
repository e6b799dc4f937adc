import { connect, type NatsConnection } from '@nats-io/transport-node';
import { mongo } from 'mongoose';
import { hasImage } from '../support/containers';
import type { EngineKind, TestEngine } from '../support/engine-choice';
import { mongoContainer, startMongo } from '../support/mongo';
import { natsContainer, startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';

const kinds: EngineKind[] = ['embedded', 'container'];

describe.each(kinds)('the %s engines', (kind) => {
  let available = true;

  beforeAll(async () => {
    if (kind === 'container')
      available = (await hasImage(natsContainer.image)) && (await hasImage(mongoContainer.image));
  });

  const guarantee = (name: string, check: () => Promise<void>) =>
    test(name, async () => {
      if (available) await check();
      else console.warn(`skipped, no Docker engine with the images: ${kind} · ${name}`);
    });

  guarantee('nats-server answers, and a connection survives its SIGKILL', async () => {
    const nats = await startNats(kind);
    const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    try {
      connection.subscribe('echo', {
        callback: (_error, message) => {
          message.respond(message.data);
        },
      });
      await answers(connection);
      await nats.kill();
      await nats.restart();
      await waitFor('an answer over the same connection', () => answers(connection));
    } finally {
      await connection.close();
      await nats.stop();
    }
  });

  guarantee('MongoDB keeps an acknowledged write over its SIGKILL, and a client finds it again', async () => {
    const engine = await startMongo(kind);
    const client = new mongo.MongoClient(engine.url, { serverSelectionTimeoutMS: 5_000 });
    try {
      const notes = client.db('sluice_check').collection<{ _id: string }>('notes');
      await notes.insertOne({ _id: 'kept' });
      await engine.kill();
      await engine.restart();
      expect(await waitFor('the write', () => notes.findOne({ _id: 'kept' }))).toEqual({ _id: 'kept' });
    } finally {
      await client.close();
      await engine.stop();
    }
  });

  guarantee('two engines of a kind do not see each other', async () => {
    const engines: TestEngine[] = await Promise.all([
      startNats(kind),
      startNats(kind),
      startMongo(kind),
      startMongo(kind),
    ]);
    expect(new Set(engines.map(({ url }) => url)).size).toBe(4);
    await Promise.all(engines.map((engine) => engine.stop()));
  });
});

async function answers(connection: NatsConnection): Promise<true> {
  const reply = await connection.request('echo', 'hello', { timeout: 1_000 });
  expect(reply.string()).toBe('hello');
  return true;
}
