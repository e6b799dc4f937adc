import { DataIsNewer, type FormatDoc, Formats, type FormatsOptions } from '@sluice/storage/formats';
import type { Migration } from '@sluice/storage/migrations';
import { type Connection, createConnection } from 'mongoose';
import type { TestEngine } from '../../support/engine-choice';
import { startMongo } from '../../support/mongo';
import { waitFor } from '../../support/wait-for';

const NOTES = 100;

describe('the format of a database', () => {
  let mongodb: TestEngine;
  let connection: Connection;
  let opened: Formats[] = [];
  let databases = 0;

  beforeAll(async () => {
    mongodb = await startMongo();
  });
  beforeEach(async () => {
    connection = await createConnection(mongodb.url, { dbName: `sluice_formats_${databases++}` }).asPromise();
    await notes().insertMany(Array.from({ length: NOTES }, (_, index) => ({ index })));
  });
  afterEach(async () => {
    await Promise.all(opened.map((formats) => formats.onModuleDestroy()));
    opened = [];
    await connection.close();
  });
  afterAll(() => mongodb?.stop());

  const notes = () => connection.collection('notes');
  const doc = () => connection.collection<FormatDoc>('format').findOne({ _id: 'format' });
  const open = async (migrations: readonly Migration[], more: Partial<FormatsOptions> = {}) => {
    const formats = await Formats.open(connection, { migrations, lookMs: 20, silentMs: 300, ...more });
    opened.push(formats);
    formats.onApplicationBootstrap();
    return formats;
  };
  const step = (number: number, run: Migration['run'] = async () => {}, needsPause = false): Migration => ({
    number,
    title: `step ${number}`,
    needsPause,
    run,
  });
  const reaches = (format: number) => waitFor(`format ${format}`, async () => (await doc())?.format === format);

  test('goes up step by step, in the order of their numbers, and each is done once', async () => {
    const done: number[] = [];
    const steps = [1, 2, 3].map((number) => step(number, async () => void done.push(number)));
    await open(steps);
    await reaches(3);
    await open(steps, { owner: 'another' });
    await open([...steps, step(4, async () => void done.push(4))], { owner: 'a third', release: '9.9.9' });
    await reaches(4);
    expect(done).toEqual([1, 2, 3, 4]);
    expect(await doc()).toEqual({ _id: 'format', release: '9.9.9', format: 4, needed: 0 });
  });

  test('that is too new for a release keeps it from starting, and says what to do', async () => {
    await open([step(1), step(2, undefined, true)], { release: '7.0.0' });
    await reaches(2);
    const older = Formats.open(connection, { migrations: [step(1)], release: '6.0.0' });
    await expect(older).rejects.toThrow(DataIsNewer);
    await expect(Formats.open(connection, { migrations: [], release: '6.0.0' })).rejects.toThrow(
      /was written by release 7\.0\.0 .* which release 6\.0\.0 cannot read .*: start that release or a later one, or restore a backup/,
    );
  });

  test('that an earlier release can read lets it go on: a step without a pause can be gone back from', async () => {
    await open([step(1), step(2)], { release: '7.0.0' });
    await reaches(2);
    await open([step(1)], { owner: 'older', release: '6.0.0' });
    expect(await doc()).toMatchObject({ release: '7.0.0', format: 2 });
  });

  test('is brought on by one replica of several, and the others do not wait for it', async () => {
    const working: string[] = [];
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const stepOf = (owner: string) =>
      step(1, async () => {
        working.push(owner);
        await gate;
      });
    for (const owner of ['one', 'two', 'three']) await open([stepOf(owner)], { owner });
    await waitFor('a worker', async () => working.length > 0);
    // Its beat goes on while it works: nobody takes its place.
    const beat = async () => (await doc())?.worker?.beat ?? 0;
    await waitFor('beats beyond the time of a silent worker', async () => (await beat()) > 10);
    expect(working).toHaveLength(1);
    finish();
    await reaches(1);
  });

  test('goes on where a worker was killed: another one takes its place and does the rest', async () => {
    const format = connection.collection<FormatDoc>('format');
    await notes().updateMany({ index: { $lt: NOTES / 2 } }, { $set: { isDone: true } });
    await format.insertOne({
      _id: 'format',
      release: '1',
      format: 0,
      needed: 0,
      worker: { owner: 'killed', beat: 7 },
    });
    let changed = 0;
    const run = async () => {
      changed = (await notes().updateMany({ isDone: { $exists: false } }, { $set: { isDone: true } })).modifiedCount;
    };
    await open([step(1, run)], { owner: 'next' });
    await reaches(1);
    expect(changed).toBe(NOTES / 2);
    expect(await doc()).not.toHaveProperty('worker');
  });

  test('is tried again after a step failed', async () => {
    let tries = 0;
    const run = async () => {
      if (++tries < 3) throw new Error('MongoDB is away');
    };
    await open([step(1, run)]);
    await reaches(1);
    expect(tries).toBe(3);
  });

  test('keeps every replica waiting where a step needs a pause, and only there', async () => {
    let isDone = false;
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = async () => {
      await gate;
      isDone = true;
    };
    const steps = [step(1, slow, true), step(2)];
    const both = ['one', 'two'].map((owner) => open(steps, { owner }).then(() => isDone));
    await waitFor('the worker', async () => Boolean((await doc())?.worker));
    finish();
    expect(await Promise.all(both)).toEqual([true, true]);
    await reaches(2);
  });
});
