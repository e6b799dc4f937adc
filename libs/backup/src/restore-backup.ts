import { createHash } from 'node:crypto';
import { mongo } from 'mongoose';
import { BackupFailure } from './backup-failure';
import type { BackupStore } from './backup-store';
import { splitDocuments, toDocument } from './bson-documents';
import { FILES_COLLECTION, type GridFile, type InstallationDatabases } from './installation-databases';
import { type CollectionDump, dumpName, fileName, listBackups, type Manifest, readManifest } from './manifest';
import type { TransferProgress } from './transfer-progress';

const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_DOCUMENTS = 10_000;

export interface RestoreOptions {
  /** The name of the backup; the newest unless it is given. */
  backup?: string;
  /** Takes the place of what is there. */
  replace?: boolean;
}

/**
 * Makes the databases what they were at the cut of a backup, document by document in their order. The indexes of
 * collections are made by the services when they start. Throws a `BackupFailure` where the target is in use or not empty,
 * or where the backup is not what was written; then the target is incomplete, and has to be restored once more.
 */
export async function restoreBackup(
  databases: InstallationDatabases,
  store: BackupStore,
  { backup, replace = false }: RestoreOptions,
  progress: TransferProgress,
): Promise<{ name: string; manifest: Manifest }> {
  const name = backup ?? (await newest(store));
  const manifest = await readManifest(store, name).catch((error: unknown) => {
    throw error instanceof BackupFailure ? error : new BackupFailure(`${store.place} has no backup ${name}`);
  });
  await expectWhole(store, name, manifest);
  const users = await databases.users();
  if (users.length > 0) throw new BackupFailure(`${users.join(', ')} are connected to this MongoDB: stop Sluice first`);
  if (!(await databases.areEmpty())) {
    if (!replace) throw new BackupFailure('there is an installation in the target: --replace removes it first');
    await databases.clear();
  }
  const sizes = [...manifest.files, ...manifest.collections].map(({ bytes }) => bytes);
  progress.expect(sizes.reduce((sum, bytes) => sum + bytes, 0));
  try {
    progress.say('restoring stored files');
    await restoreFiles(databases, store, name, manifest, progress);
    progress.say('restoring documents');
    for (const dump of manifest.collections) await restoreCollection(databases, store, name, dump, progress);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupFailure(`${reason}. The target is incomplete: restore again, with --replace`);
  }
  return { name, manifest };
}

async function newest(store: BackupStore): Promise<string> {
  const finished = (await listBackups(store)).filter(({ isFinished }) => isFinished);
  const last = finished.at(-1);
  if (!last) throw new BackupFailure(`${store.place} has no backup`);
  return last.name;
}

/** Looks at lengths only, before anything is touched; contents are held against their hashes on the way. */
async function expectWhole(store: BackupStore, backup: string, { collections, files }: Manifest): Promise<void> {
  const parts = [
    ...collections.map((dump) => ({ name: dumpName(backup, dump), bytes: dump.bytes })),
    ...files.map(({ sha256, bytes }) => ({ name: fileName(sha256), bytes })),
  ];
  for (const { name, bytes } of parts) {
    const size = await store.size(name);
    if (size === null) throw new BackupFailure(`${name} is missing`);
    if (size !== bytes)
      throw new BackupFailure(`${name} is not what was written: it has ${size} bytes instead of ${bytes}`);
  }
}

async function restoreCollection(
  databases: InstallationDatabases,
  store: BackupStore,
  backup: string,
  dump: CollectionDump,
  progress: TransferProgress,
): Promise<void> {
  const name = dumpName(backup, dump);
  // One that is empty is there as well.
  await databases.client.db(dump.database).createCollection(dump.collection).catch(ignoreExisting);
  const target = databases.collection(dump);
  let batch: mongo.Document[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await target.insertMany(batch, { writeConcern: databases.durably });
    [batch, bytes] = [[], 0];
  };
  for await (const document of splitDocuments(checked(store, name, dump.sha256, progress), name)) {
    batch.push(toDocument(document));
    bytes += document.length;
    if (bytes >= BATCH_BYTES || batch.length >= BATCH_DOCUMENTS) await flush();
  }
  await flush();
}

const NAMESPACE_EXISTS = 48;

function ignoreExisting(error: unknown): void {
  if (!(error instanceof mongo.MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
}

async function restoreFiles(
  databases: InstallationDatabases,
  store: BackupStore,
  backup: string,
  manifest: Manifest,
  progress: TransferProgress,
): Promise<void> {
  // GridFS makes them with the first file of an empty bucket, which this one never is again.
  await databases.chunks.createIndex({ files_id: 1, n: 1 }, { unique: true });
  await databases.files.createIndex({ filename: 1, uploadDate: 1 });
  const hashes = new Map(manifest.files.map(({ id, sha256 }) => [id, sha256]));
  const dump = manifest.collections.find(({ collection }) => collection === FILES_COLLECTION);
  if (!dump) return;
  const name = dumpName(backup, dump);
  for await (const document of splitDocuments(store.read(name), name)) {
    const file = mongo.BSON.deserialize(document) as GridFile;
    const sha256 = hashes.get(file._id.toHexString());
    if (!sha256) throw new BackupFailure(`the manifest of ${backup} lacks the file ${file._id.toHexString()}`);
    await restoreFile(databases, file, checked(store, fileName(sha256), sha256, progress));
  }
}

async function restoreFile(
  databases: InstallationDatabases,
  { _id: files_id, chunkSize }: GridFile,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  let n = 0;
  let batch: mongo.Document[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const store = async (data: Buffer) => {
    batch.push({ _id: new mongo.ObjectId(), files_id, n: n++, data: new mongo.Binary(data) });
    if (batch.length * chunkSize >= BATCH_BYTES) await flush();
  };
  // Durable with the documents, which are written behind them.
  const flush = async () => {
    if (batch.length > 0) await databases.chunks.insertMany(batch, { writeConcern: { w: 1 } });
    batch = [];
  };
  for await (const piece of content) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    for (; rest.length >= chunkSize; rest = rest.subarray(chunkSize)) await store(rest.subarray(0, chunkSize));
  }
  if (rest.length > 0) await store(rest);
  await flush();
}

/** Fails at its end when the content is not what was written. */
async function* checked(
  store: BackupStore,
  name: string,
  sha256: string,
  progress: TransferProgress,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of store.read(name)) {
    hash.update(chunk);
    progress.move(chunk.length);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256) throw new BackupFailure(`${name} is not what was written`);
}
