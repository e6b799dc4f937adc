import { ChangeFeed, type Changing, pendingChange } from '@sluice/storage/change-feed';
import { type Connection, createConnection } from 'mongoose';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { waitFor } from '../support/wait-for';

interface Thing extends Changing {
  text: string;
}

describe('change feeds on a real MongoDB engine', () => {
  let mongodb: TestEngine;
  let connection: Connection;
  let feeds: ChangeFeed<Thing>[];

  beforeEach(async () => {
    mongodb = await startMongo();
    const settings = { dbName: 'feeds', serverSelectionTimeoutMS: 1_000, bufferCommands: false };
    connection = await createConnection(mongodb.url, settings).asPromise();
    feeds = [];
  });

  afterEach(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    await connection.close();
    await mongodb.stop();
  });

  /** One replica, and what it told. */
  const replica = (announce: (doc: Thing, rev: number) => void | Promise<void> = () => {}) => {
    const told: { id: string; rev: number }[] = [];
    const beats: number[] = [];
    const feed = new ChangeFeed<Thing>({
      connection,
      collection: 'things',
      announce: async (doc, rev) => {
        await announce(doc, rev);
        told.push({ id: doc._id, rev });
      },
      beat: (rev) => beats.push(rev),
    });
    feeds.push(feed);
    return { feed, told, beats };
  };
  const things = () => connection.collection<Thing>('things');
  const write = async (id: string): Promise<Thing> => {
    const doc: Thing = { _id: id, text: 'changed', ...pendingChange() };
    await things().insertOne(doc);
    return doc;
  };

  test('every change gets a number of its own, also of concurrent ones over replicas', async () => {
    const [one, two] = [replica(), replica()];
    const docs = await Promise.all(Array.from({ length: 50 }, (_, i) => write(`thing ${i}`)));
    const revs = await Promise.all(docs.map((doc, i) => (i % 2 ? one : two).feed.commit(doc)));
    expect(revs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(await one.feed.current()).toBe(50);
    expect(await things().countDocuments({ pendingRev: { $exists: true } })).toBe(0);
  });

  test('a change whose replica died before counting it is counted and told by another one', async () => {
    await write('left behind');
    const other = replica();
    other.feed.start();
    await waitFor('the repair', () => other.told.some(({ id }) => id === 'left behind'));
    await waitFor(
      'the mark to go',
      async () => (await things().countDocuments({ pendingRev: { $exists: true } })) === 0,
    );
    const told = other.told.length;
    await waitFor('two more beats', () => other.beats.length > told + 2);
    expect(other.told).toHaveLength(told);
  });

  test('a change that was counted but not told is told by a later sweep, under a higher number', async () => {
    const dying = replica(() => {
      throw new Error('killed');
    });
    const doc = await write('counted');
    await expect(dying.feed.commit(doc)).rejects.toThrow('killed');
    const rev = await dying.feed.current();
    const other = replica();
    other.feed.start();
    const told = await waitFor('the repair', () => other.told.find(({ id }) => id === 'counted'));
    expect(told.rev).toBeGreaterThan(rev);
  });

  test('a change that was overwritten before it was counted stays marked until the later one is', async () => {
    const { feed } = replica();
    const first = await write('twice');
    const later = pendingChange();
    await things().updateOne({ _id: 'twice' }, { $set: later });
    await feed.commit(first);
    expect(await things().findOne({ _id: 'twice' })).toMatchObject({ pendingRev: later.pendingRev });
  });

  test('every start raises the number once, and heartbeats carry it', async () => {
    const [one, two] = [replica(), replica()];
    one.feed.start();
    await waitFor('a beat', () => one.beats.includes(1));
    two.feed.start();
    await waitFor('a beat of each', () => one.beats.includes(2) && two.beats.includes(2));
    expect(await one.feed.current()).toBe(2);
  });

  test('a replica that cannot read the number does not vouch for it', async () => {
    const { feed, beats } = replica();
    feed.start();
    await waitFor('a beat', () => beats.length > 0);
    await mongodb.kill();
    await waitFor('the loss to be noticed', () =>
      feed.current().then(
        () => false,
        () => true,
      ),
    );
    const heard = beats.length;
    await waitFor('another failed read', () =>
      feed.current().then(
        () => false,
        () => true,
      ),
    );
    expect(beats).toHaveLength(heard);
    await mongodb.restart();
    await waitFor('a beat', () => beats.length > heard);
  });

  test('a read that never ends does not end the heartbeats', async () => {
    const { feed, beats } = replica();
    const current = feed.current.bind(feed);
    let reads = 0;
    feed.current = () => (++reads === 1 ? new Promise<number>(() => {}) : current());
    feed.start();
    await waitFor('a beat', () => beats.length > 0);
    expect(reads).toBeGreaterThan(1);
  });

  test('a number that took long to read is not told', async () => {
    const { feed, beats } = replica();
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reads = 0;
    const current = feed.current.bind(feed);
    feed.current = async () => {
      reads++;
      if (reads === 1) await slow;
      return reads === 1 ? -1 : await current();
    };
    const startMs = performance.now();
    feed.start();
    await waitFor('the slow read', () => reads === 1 && performance.now() - startMs > 1_500);
    release();
    await waitFor('a beat', () => beats.length > 0);
    expect(beats).not.toContain(-1);
  });
});
