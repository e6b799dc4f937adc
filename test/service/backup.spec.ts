import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mongo } from 'mongoose';
import { EarlyReadings } from '../../libs/backup/src/early-reading';
import { InstallationDatabases } from '../../libs/backup/src/installation-databases';
import { makeBackup } from '../../libs/backup/src/make-backup';
import { type Manifest, readManifest } from '../../libs/backup/src/manifest';
import { restoreBackup } from '../../libs/backup/src/restore-backup';
import { verifyBackups } from '../../libs/backup/src/verify-backups';
import { pauseWrites } from '../../libs/backup/src/write-pause';
import { BackupFolder, flipBit, quietly } from '../support/backups';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { waitFor } from '../support/wait-for';

const { Binary, Double, Int32, Long, ObjectId, Timestamp } = mongo;

describe('a backup', () => {
  const engines: TestEngine[] = [];
  const opened: InstallationDatabases[] = [];
  const folders: BackupFolder[] = [];

  const database = async () => {
    const engine = await startMongo();
    engines.push(engine);
    const databases = await InstallationDatabases.connect(engine.url);
    opened.push(databases);
    return databases;
  };
  const folder = async () => {
    const made = await BackupFolder.make();
    folders.push(made);
    return made;
  };
  const storeFile = async (databases: InstallationDatabases, bytes: Buffer) => {
    const id = new ObjectId();
    const upload = databases.bucket.openUploadStreamWithId(id, 'ver_1', { chunkSizeBytes: 1000 });
    await pipeline(Readable.from([bytes]), upload);
    return id;
  };
  const sizes = ({ collections, files }: Manifest) => ({
    collections: collections.filter(({ collection }) => collection !== 'version_files.files'),
    files: files.map(({ id, bytes, sha256 }) => ({ id, bytes, sha256 })),
  });

  afterAll(async () => {
    for (const databases of opened) await databases.close();
    for (const engine of engines) await engine.stop();
    for (const each of folders) await each.remove();
  });

  const filled = async () => {
    const databases = await database();
    const { client } = databases;
    await client
      .db('sluice_tokens')
      .collection<mongo.Document>('tokens')
      .insertMany([
        // Members named by numbers stand in an order that objects of JavaScript do not keep.
        new Map<string, unknown>([
          ['_id', 'tok_1'],
          ['10', new Double(1)],
          ['9', new Int32(1)],
          ['at', { b: 1, 1: 2 }],
        ]) as never,
        {
          _id: 'tok_2' as never,
          long: Long.fromNumber(7),
          bytes: new Binary(Buffer.from('x')),
          when: new Date(5),
          none: null,
        },
        {
          _id: 'tok_3' as never,
          stamp: new Timestamp({ t: 1, i: 2 }),
          text: 'ü\u0000',
          list: [[1, 2.5], {}],
          pattern: /a/i,
        },
      ]);
    await client
      .db('sluice_registry')
      .collection('apis')
      .insertMany(Array.from({ length: 3_000 }, (_, index) => ({ index, name: 'x'.repeat(index % 500) })));
    await storeFile(databases, Buffer.from('PAR1'.repeat(1_234)));
    await storeFile(databases, Buffer.alloc(0));
    return databases;
  };

  it('restores into an empty MongoDB what it was made of: every document byte by byte, and every file', async () => {
    const [source, target, place] = [await filled(), await database(), await folder()];
    const store = await place.store();
    const { name, manifest } = await makeBackup(source, store, '0.1.0', quietly);
    expect((await restoreBackup(target, store, {}, quietly)).name).toBe(name);
    const again = await makeBackup(target, await (await folder()).store(), '0.1.0', quietly);
    expect(again.manifest.collections).toEqual(manifest.collections);
    expect(again.manifest.files).toEqual(manifest.files);
    expect(manifest.collections.map(({ documents }) => documents).sort()).toEqual([2, 3, 3000]);
    const indexes = await target.chunks.indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { files_id: 1, n: 1 }, unique: true }));
  });

  it('refuses a target that is not empty, and with replace leaves nothing of what was there', async () => {
    const [source, target, place] = [await filled(), await filled(), await folder()];
    const store = await place.store();
    const { manifest } = await makeBackup(source, store, '0.1.0', quietly);
    await target.client.db('sluice_tokens').collection('left').insertOne({ over: true });
    await expect(restoreBackup(target, store, {}, quietly)).rejects.toThrow('--replace removes it first');
    await restoreBackup(target, store, { replace: true }, quietly);
    const again = await makeBackup(target, await (await folder()).store(), '0.1.0', quietly);
    expect(sizes(again.manifest)).toEqual(sizes(manifest));
  });

  it('copies a stored file once for all backups in a folder, and removes those that no backup names any more', async () => {
    const [source, place] = [await filled(), await folder()];
    const store = await place.store();
    const first = await makeBackup(source, store, '0.1.0', quietly);
    expect(first.newBytes).toBe(4_936);
    const fresh = await storeFile(source, Buffer.from('second'));
    const second = await makeBackup(source, store, '0.1.0', quietly);
    expect(second.newBytes).toBe(6);
    expect(second.manifest.files).toHaveLength(3);
    await source.bucket.delete(fresh);
    await rm(join(place.path, 'backups', second.name), { recursive: true });
    await makeBackup(source, store, '0.1.0', quietly);
    expect((await place.files()).filter((file) => file.includes('/files/'))).toHaveLength(2);
    expect(await verifyBackups(store, quietly)).toMatchObject({ faults: [] });
  });

  it('makes another cut when a file that the first one names is deleted before it was copied', async () => {
    const [source, place] = [await filled(), await folder()];
    const store = await place.store();
    const steps: string[] = [];
    let late: mongo.ObjectId | null = null;
    // The room is asked for between the look at the files and the cut.
    jest.spyOn(store, 'freeBytes').mockImplementation(async () => {
      late = await storeFile(source, Buffer.from('short-lived'));
      return Number.POSITIVE_INFINITY;
    });
    const write = store.write.bind(store);
    jest.spyOn(store, 'write').mockImplementation(async (content, nameOf) => {
      const isFile = nameOf({ bytes: 0, sha256: '00' }).startsWith('files/');
      if (isFile && late && steps.length === 2) await source.bucket.delete(late);
      return write(content, nameOf);
    });
    const { manifest } = await makeBackup(source, store, '0.1.0', { ...quietly, say: (step) => steps.push(step) });
    expect(steps).toHaveLength(3);
    expect(manifest.files).toHaveLength(2);
    expect((await verifyBackups(store, quietly)).faults).toEqual([]);
  });

  it('is verified from its bytes: any one flipped bit, a missing and a surplus file are found', async () => {
    const [source, place] = [await filled(), await folder()];
    const store = await place.store();
    const { name } = await makeBackup(source, store, '0.1.0', quietly);
    const files = (await place.files()).sort();
    expect(files.length).toBeGreaterThan(6);
    const filledFiles = files.filter(
      (file) => !file.endsWith('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
    );
    for (const [at, file] of filledFiles.entries()) {
      for (const bit of [0, at * 131 + 7, at * 977 + 3]) {
        await flipBit(file, bit);
        const { faults } = await verifyBackups(store, quietly);
        expect({ file, bit, faults: faults.length }).not.toMatchObject({ faults: 0 });
        await flipBit(file, bit);
      }
    }
    expect((await verifyBackups(store, quietly)).faults).toEqual([]);
    await store.write(Readable.from([Buffer.from('?')]), () => 'files/aa/surplus');
    expect((await verifyBackups(store, quietly)).faults).toEqual(['files/aa/surplus belongs to no backup']);
    const { files: stored } = await readManifest(store, name);
    const lost = `files/${stored[0]?.sha256.slice(0, 2)}/${stored[0]?.sha256}`;
    await rm(join(place.path, lost));
    expect((await verifyBackups(store, quietly)).faults).toContain(`${lost} is missing`);
    const target = await database();
    await expect(restoreBackup(target, store, {}, quietly)).rejects.toThrow(`${lost} is missing`);
    expect(await target.areEmpty()).toBe(true);
  });

  it('reads what only grows before the cut, and proves by its number that nothing of it is missing', async () => {
    const [source, place, target] = [await filled(), await folder(), await database()];
    const name = { database: 'sluice_tokens', collection: 'audit' };
    const audit = source.collection(name);
    let next = 0;
    const add = (count: number) => audit.insertMany(Array.from({ length: count }, () => ({ n: next++ })));
    await add(12_000);
    const early = await EarlyReadings.read(source, await place.store(), 'early');
    expect(await early.rest(name, undefined)).toEqual([]);
    await add(1_500);
    const rest = await early.rest(name, undefined);
    expect(rest?.map((document) => mongo.BSON.deserialize(document).n)).toEqual(
      Array.from({ length: 1_500 }, (_, i) => 12_000 + i),
    );
    await audit.deleteOne({ n: 3 });
    expect(await early.rest(name, undefined)).toBeNull();

    let isMaking = true;
    const writing = (async () => {
      while (isMaking) await add(50);
    })();
    const store = await (await folder()).store();
    const { manifest } = await makeBackup(source, store, '0.1.0', quietly);
    isMaking = false;
    await writing;
    await restoreBackup(target, store, {}, quietly);
    const restored = (await target.collection(name).find().sort({ n: 1 }).toArray()).map(({ n }) => n);
    const expected = Array.from({ length: restored.length + 1 }, (_, n) => n).filter((n) => n !== 3);
    expect(restored).toEqual(expected);
    expect(manifest.collections.find(({ collection }) => collection === 'audit')?.documents).toBe(restored.length);
    expect((await verifyBackups(store, quietly)).faults).toEqual([]);
  });

  it('holds writers back no longer than it needs, and not at all once its process is gone', async () => {
    const databases = await filled();
    const tokens = databases.client.db('sluice_tokens').collection('tokens');
    let isWritten = false;
    let write: Promise<unknown> = Promise.resolve();
    await pauseWrites(databases.url, async () => {
      write = tokens.insertOne({ late: true }).then(() => {
        isWritten = true;
      });
      expect(await tokens.countDocuments()).toBe(3);
      expect(isWritten).toBe(false);
    });
    await write;
    await expect(pauseWrites(databases.url, () => new Promise(() => {}), 200)).rejects.toThrow('while writes waited');
    await tokens.insertOne({ after: 'the limit' });
    const failing = pauseWrites(databases.url, () => Promise.reject(new Error('read failed')));
    await expect(failing).rejects.toThrow('read failed');
    await waitFor('writes to go on', () => tokens.insertOne({ after: 'the failure' }));
  });
});
