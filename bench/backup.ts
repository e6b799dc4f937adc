import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FolderStore } from '@sluice/backup/folder-store';
import { InstallationDatabases } from '@sluice/backup/installation-databases';
import { makeBackup } from '@sluice/backup/make-backup';
import { restoreBackup } from '@sluice/backup/restore-backup';
import { verifyBackups } from '@sluice/backup/verify-backups';
import { pauseWrites } from '@sluice/backup/write-pause';
import { startMongo } from '../test/support/mongo';

const MB = 1_000_000;
const FILES = 16;
const FILE_BYTES = 16 * MB;
const DOCUMENTS = 100_000;
const DOCUMENT_BYTES = 500;
const quietly = { expect: () => {}, move: () => {}, say: () => {} };

/** Prints how fast backups are made, verified and restored on the embedded engine, beside a plain copy of the same files. */
async function main(): Promise<void> {
  const [source, target] = [await startMongo('embedded'), await startMongo('embedded')];
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const [databases, emptied] = [await connect(source.url), await connect(target.url)];
  try {
    await fill(databases);
    const store = await FolderStore.open(folder);
    const total = FILES * FILE_BYTES + DOCUMENTS * DOCUMENT_BYTES;
    await measure('backup, the first', total, () => makeBackup(databases, store, 'bench', quietly));
    await measure('plain copy of its files, synced (the floor)', total, () => copyAll(folder));
    await measure('backup, the second: nothing new but documents', total, () =>
      makeBackup(databases, store, 'bench', quietly),
    );
    await measure('verify, both', total + DOCUMENTS * DOCUMENT_BYTES, () => verifyBackups(store, quietly));
    await measure('restore', total, () => restoreBackup(emptied, store, {}, quietly));
    await pauseWrites(databases.url, () =>
      measure('writers wait: reading the documents', DOCUMENTS * DOCUMENT_BYTES, () => readAll(databases)),
    );
  } finally {
    for (const each of [databases, emptied]) await each.close();
    for (const engine of [source, target]) await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const connect = (url: string) => InstallationDatabases.connect(url);

async function fill(databases: InstallationDatabases): Promise<void> {
  const usage = databases.client.db('sluice_registry').collection('usage');
  for (let at = 0; at < DOCUMENTS; at += 1_000) {
    await usage.insertMany(
      Array.from({ length: 1_000 }, () => ({ detail: randomBytes(DOCUMENT_BYTES / 2).toString('hex') })),
    );
  }
  for (let file = 0; file < FILES; file++) {
    const upload = databases.bucket.openUploadStream(`file ${file}`, { chunkSizeBytes: 1024 * 1024 });
    await pipeline(Readable.from([randomBytes(FILE_BYTES)]), upload);
  }
}

async function copyAll(folder: string): Promise<void> {
  const copies = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const [at, entry] of entries.filter((each) => each.isFile()).entries()) {
    const copy = join(copies, String(at));
    await copyFile(join(entry.parentPath, entry.name), copy);
    const handle = await open(copy);
    await handle.sync();
    await handle.close();
  }
  await rm(copies, { recursive: true, force: true });
}

async function readAll(databases: InstallationDatabases): Promise<void> {
  const cursor = databases.client.db('sluice_registry').collection('usage').find({}, { raw: true });
  while (await cursor.hasNext()) cursor.readBufferedDocuments();
}

async function measure(name: string, bytes: number, work: () => Promise<unknown>): Promise<void> {
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  console.log(
    `${name}: ${Math.round(bytes / MB / seconds)} MB/s (${seconds.toFixed(2)} s for ${Math.round(bytes / MB)} MB)`,
  );
}

void main();
