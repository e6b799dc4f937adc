import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { EmbeddedMongo } from '../../apps/standalone/src/embedded/embedded-mongo';
import { startMongo } from '../support/mongo';
import { waitFor } from '../support/wait-for';

/** The engine flushes its journal by itself now and then: only some of these are killed before it does. */
const KILLED_ENGINES = 8;
const IDLE_MS = 1_000;

describe('the embedded MongoDB engine', () => {
  const status = (client: mongo.MongoClient) => client.db('admin').command({ serverStatus: 1 });

  test('keeps its cache within 256 MB, whatever the machine has', async () => {
    const engine = await startMongo('embedded');
    const client = new mongo.MongoClient(engine.url);
    const { wiredTiger } = await status(client);
    expect(wiredTiger.cache['maximum bytes configured']).toBe(256 * 1024 * 1024);
    await client.close();
    await engine.stop();
  });

  test('is reached by a path that fits into a socket address', async () => {
    const engine = await startMongo('embedded');
    const [, socket = ''] = /^mongodb:\/\/([^/]+)\//.exec(engine.url) ?? [];
    expect(decodeURIComponent(socket)).toMatch(/^\/.*\.sock$/);
    expect(Buffer.byteLength(decodeURIComponent(socket))).toBeLessThan(100);
    await engine.stop();
  });

  test('keeps a write that it acknowledged as its URL asks for when it is killed right after', async () => {
    const outcomes = Array.from({ length: KILLED_ENGINES }, async () => {
      const engine = await startMongo('embedded');
      const client = new mongo.MongoClient(engine.url);
      const notes = client.db('sluice_check').collection<{ _id: string }>('notes');
      await waitFor('idleness', async () => (await status(client)).uptimeMillis > IDLE_MS);
      await notes.insertOne({ _id: 'kept' });
      await engine.kill();
      await engine.restart();
      const found = await waitFor('an answer', () => notes.countDocuments());
      await client.close();
      await engine.stop();
      return found;
    });
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: KILLED_ENGINES }, () => 1));
  });

  describe('over a directory', () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    test('whose files are damaged says which they are and what to do', async () => {
      const engine = new EmbeddedMongo(directory);
      await engine.start();
      await engine.stop();
      await truncate(join(directory, 'WiredTiger.wt'), 4_096);
      const failure = await engine.start().catch((error: Error) => error.message);
      expect(failure).toMatch(
        /^MongoDB cannot read its files in \S+ \(ended with \w+\): they are damaged\. Put the backup of the data directory/,
      );
      expect(failure).toContain(directory);
      await engine.stop();
    });

    test('that the engine of a killed launcher still holds waits until that has ended', async () => {
      const former = new EmbeddedMongo(directory);
      await former.start();
      const next = new EmbeddedMongo(directory);
      const started = next.start();
      const ended = () => Promise.race([next.exited, setImmediate(null)]);
      await waitFor('a first try', async () => (await ended())?.lastWords.includes('DBPathInUse'));
      await former.kill();
      await started;
      await next.stop();
    });
  });
});
