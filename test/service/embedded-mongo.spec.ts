import { mongo } from 'mongoose';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';

describe('the embedded MongoDB engine', () => {
  let engine: TestEngine;
  let client: mongo.MongoClient;

  beforeAll(async () => {
    engine = await startMongo('embedded');
    client = new mongo.MongoClient(engine.url);
  });

  afterAll(async () => {
    await client.close();
    await engine.stop();
  });

  test('keeps its cache within 256 MB, whatever the machine has', async () => {
    const status = await client.db('admin').command({ serverStatus: 1 });
    expect(status.wiredTiger.cache['maximum bytes configured']).toBe(256 * 1024 * 1024);
  });

  test('is reached by a path that fits into a socket address', () => {
    const [, socket = ''] = /^mongodb:\/\/([^/]+)\//.exec(engine.url) ?? [];
    expect(decodeURIComponent(socket)).toMatch(/^\/.*\.sock$/);
    expect(Buffer.byteLength(decodeURIComponent(socket))).toBeLessThan(100);
  });
});
