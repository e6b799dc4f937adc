import { createHash } from 'node:crypto';
import type { BackupStore } from './backup-store';
import { splitDocuments } from './bson-documents';
import { dumpName, fileName, listBackups, type Manifest, manifestNames, readManifest } from './manifest';
import type { TransferProgress } from './transfer-progress';

export interface Verified {
  backups: string[];
  /** Stored files that were read. */
  files: number;
  bytes: number;
  /** A sentence for each thing that is not as it was written. */
  faults: string[];
}

interface Expected {
  bytes: number;
  sha256: string;
  documents?: number;
}

/** Reads every byte of all backups in a store, and holds it against what their manifests say; each file once. */
export async function verifyBackups(store: BackupStore, progress: TransferProgress): Promise<Verified> {
  const found: Verified = { backups: [], files: 0, bytes: 0, faults: [] };
  const expected = new Map<string, Expected>();
  const known = new Set<string>();
  const unfinished = new Set<string>();
  for (const { name, isFinished } of await listBackups(store)) {
    if (!isFinished) {
      unfinished.add(name);
      found.faults.push(
        `backups/${name} has no manifest: the backup did not come to its end, and the next one removes it`,
      );
      continue;
    }
    for (const part of manifestNames(name)) known.add(part);
    try {
      addExpected(expected, name, await readManifest(store, name));
      found.backups.push(name);
    } catch (error) {
      found.faults.push((error as Error).message);
    }
  }
  progress.say('reading every byte');
  progress.expect([...expected.values()].reduce((sum, { bytes }) => sum + bytes, 0));
  for (const [name, file] of expected) {
    const fault = await check(store, name, file, (bytes) => {
      found.bytes += bytes;
      progress.move(bytes);
    });
    found.files++;
    if (fault) found.faults.push(fault);
  }
  for await (const name of store.list('')) {
    const isUnfinished = unfinished.has(name.split('/')[1] ?? '');
    if (!expected.has(name) && !known.has(name) && !isUnfinished) found.faults.push(`${name} belongs to no backup`);
  }
  return found;
}

function addExpected(expected: Map<string, Expected>, backup: string, { collections, files }: Manifest): void {
  for (const { bytes, sha256, documents, ...name } of collections) {
    expected.set(dumpName(backup, name), { bytes, sha256, documents });
  }
  for (const { bytes, sha256 } of files) expected.set(fileName(sha256), { bytes, sha256 });
}

/** A sentence, or null when the file is what was written. */
async function check(
  store: BackupStore,
  name: string,
  { bytes, sha256, documents }: Expected,
  onBytes: (bytes: number) => void,
): Promise<string | null> {
  const size = await store.size(name);
  if (size === null) return `${name} is missing`;
  const hash = createHash('sha256');
  async function* hashed(): AsyncIterable<Uint8Array> {
    for await (const chunk of store.read(name)) {
      hash.update(chunk);
      onBytes(chunk.length);
      yield chunk;
    }
  }
  try {
    const count = documents === undefined ? await drain(hashed()) : await drain(splitDocuments(hashed(), name));
    if (size === bytes && hash.digest('hex') === sha256) {
      return documents === undefined || count === documents
        ? null
        : `${name} holds ${count} documents, and its manifest says ${documents}`;
    }
  } catch (error) {
    return `${name} cannot be read: ${(error as Error).message}`;
  }
  return `${name} is not what was written: its content has another SHA-256`;
}

async function drain(parts: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of parts) count++;
  return count;
}
