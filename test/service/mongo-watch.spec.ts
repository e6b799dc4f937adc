import { MongoWatch } from '@sluice/storage/mongo-watch';
import { type Connection, createConnection } from 'mongoose';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { waitFor } from '../support/wait-for';

describe('a process that has lost MongoDB', () => {
  let mongodb: TestEngine;
  let connection: Connection;
  let watch: MongoWatch;
  let ended: number;

  beforeEach(async () => {
    mongodb = await startMongo();
    const settings = { serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500, bufferCommands: false };
    connection = await createConnection(mongodb.url, settings).asPromise();
    ended = 0;
    watch = new MongoWatch(connection, mongodb.url, () => {
      ended++;
    });
    watch.onApplicationBootstrap();
  });

  afterEach(async () => {
    await watch.onModuleDestroy();
    await connection.close();
    await mongodb.stop();
  });

  test('ends itself when its connection stays away from a MongoDB that answers others', async () => {
    // As a heartbeat leaves it that is never answered: the driver sends no other.
    await connection.close();
    await waitFor('the end', () => ended > 0, 20_000);
  }, 40_000);

  test('goes on while MongoDB is away for everybody, and when it is back', async () => {
    await mongodb.kill();
    await waitFor('the loss', () => connection.readyState === 0, 10_000);
    const lostMs = performance.now();
    await waitFor('a long outage', () => performance.now() - lostMs > 12_000, 20_000);
    await mongodb.restart();
    await waitFor('the return', () => connection.readyState === 1, 10_000);
    expect(ended).toBe(0);
  }, 60_000);
});
