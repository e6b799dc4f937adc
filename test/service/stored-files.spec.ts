import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, mongo, Types } from 'mongoose';
import { catalogueMigrations } from '../../apps/catalogue/src/migrations/catalogue-migrations';
import {
  FileDamaged,
  type StoredFileDoc,
  VERSION_FILES,
  VersionFiles,
} from '../../apps/catalogue/src/stores/stored-files';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';

/** More than two chunks. */
const BYTES = 2_500_000;

describe('stored files', () => {
  let mongodb: TestEngine;
  let connection: Connection;
  let directory: string;
  let files: VersionFiles;

  beforeAll(async () => {
    mongodb = await startMongo();
    connection = await createConnection(mongodb.url, { dbName: 'sluice_catalogue' }).asPromise();
    directory = await mkdtemp(join(tmpdir(), 'stored-files-'));
    files = new VersionFiles(connection);
  });

  afterAll(async () => {
    await connection?.close();
    await mongodb?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const docs = () => connection.collection<StoredFileDoc>(`${VERSION_FILES}.files`);
  const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  async function store(): Promise<{ id: Types.ObjectId; bytes: Buffer }> {
    const [id, bytes] = [new Types.ObjectId(), randomBytes(BYTES)];
    await writeFile(join(directory, 'source'), bytes);
    await files.store(id, 'a file', join(directory, 'source'));
    return { id, bytes };
  }

  /** Changes one bit of a chunk. */
  async function damage(id: Types.ObjectId, n: number): Promise<void> {
    const chunks = connection.collection<{ files_id: Types.ObjectId; n: number; data: mongo.Binary }>(
      `${VERSION_FILES}.chunks`,
    );
    const chunk = await chunks.findOne({ files_id: id, n });
    if (!chunk) throw new Error('no such chunk');
    const data = Buffer.from(chunk.data.buffer);
    data[1_000] = (data[1_000] ?? 0) ^ 1;
    await chunks.updateOne({ files_id: id, n }, { $set: { data: new mongo.Binary(data) } });
  }

  it('have the SHA-256 of their bytes, and come back as they are', async () => {
    const { id, bytes } = await store();
    expect(await docs().findOne({ _id: id })).toMatchObject({ metadata: { sha256: sumOf(bytes) } });
    await files.fetch(id, join(directory, 'fetched'));
    expect(sumOf(await readFile(join(directory, 'fetched')))).toBe(sumOf(bytes));
  });

  it.each([0, 1, 2])('are refused where one bit of chunk %d is another', async (n) => {
    const { id } = await store();
    await damage(id, n);
    await expect(files.fetch(id, join(directory, 'fetched'))).rejects.toThrow(FileDamaged);
  });

  it('of the first release get their sums, and go on being read before', async () => {
    const [old, lost] = [await store(), await store()];
    const ids = [old.id, lost.id];
    await docs().updateMany({ _id: { $in: ids } }, { $unset: { metadata: 1 } });
    await connection.collection(`${VERSION_FILES}.chunks`).deleteMany({ files_id: lost.id });
    await files.fetch(old.id, join(directory, 'fetched'));
    for (const migration of catalogueMigrations) await migration.run(connection, new AbortController().signal);
    expect(await docs().findOne({ _id: old.id })).toMatchObject({ metadata: { sha256: sumOf(old.bytes) } });
    expect((await docs().findOne({ _id: lost.id }))?.metadata).toBeUndefined();
    await damage(old.id, 1);
    await expect(files.fetch(old.id, join(directory, 'fetched'))).rejects.toThrow(FileDamaged);
  });
});
