import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BackupFailure } from './backup-failure';
import type { BackupStore } from './backup-store';

/** The form of backups that this release writes, and the newest that it reads. */
export const FORMAT = 1;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Bytes = z.int().min(0);

const CollectionDump = z.strictObject({
  database: z.string(),
  collection: z.string(),
  documents: z.int().min(0),
  /** Of its dump, documents in BSON one behind the other. */
  bytes: Bytes,
  sha256: Sha256,
});
export type CollectionDump = z.output<typeof CollectionDump>;

const StoredFile = z.strictObject({
  /** The id in GridFS, 24 hex digits: the same id in the same installation is the same content. */
  id: z.string(),
  uploadedAt: z.iso.datetime(),
  bytes: Bytes,
  sha256: Sha256,
});
export type StoredFile = z.output<typeof StoredFile>;

/** Says what a backup consists of. It is written last: a backup without one is none. */
const Manifest = z.strictObject({
  format: z.int().min(1),
  release: z.string(),
  /** When the cut was made: all that was acknowledged before it is in, nothing that began behind it. */
  cutAt: z.iso.datetime(),
  collections: z.array(CollectionDump),
  files: z.array(StoredFile),
});
export type Manifest = z.output<typeof Manifest>;

const BACKUPS = 'backups';
const FILES = 'files';
const NAME = 'manifest.json';
const CHECK = 'manifest.json.sha256';
const FOLDER = /^backups\/([^/]+)\//;

export const dumpName = (backup: string, { database, collection }: { database: string; collection: string }) =>
  `${BACKUPS}/${backup}/${database}/${collection}.bson`;
export const fileName = (sha256: string) => `${FILES}/${sha256.slice(0, 2)}/${sha256}`;
export const manifestNames = (backup: string) => [NAME, CHECK].map((name) => `${BACKUPS}/${backup}/${name}`);

/** Names a backup by the moment at which it began, so that names sort by time: `2026-11-29T04-45-00-123Z`. */
export function backupNameAt(date: Date): string {
  return date.toISOString().replace(/[:.]/g, '-');
}

/** The folders of backups, finished ones and others, oldest first. */
export async function listBackups(store: BackupStore): Promise<{ name: string; isFinished: boolean }[]> {
  const found = new Map<string, boolean>();
  for await (const file of store.list(BACKUPS)) {
    const name = FOLDER.exec(file)?.[1];
    if (name) found.set(name, (found.get(name) ?? false) || file === `${BACKUPS}/${name}/${NAME}`);
  }
  const entries = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, isFinished]) => ({ name, isFinished }));
}

/** The check goes first, so that the manifest's own name is the last thing that appears. */
export async function writeManifest(store: BackupStore, backup: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const [name = '', check = ''] = manifestNames(backup);
  await store.write(one(checkOf(text)), () => check);
  await store.write(one(text), () => name);
}

/** Throws a `BackupFailure` when it is not what was written, or of a later format. */
export async function readManifest(store: BackupStore, backup: string): Promise<Manifest> {
  const [name = '', check = ''] = manifestNames(backup);
  const [text, said] = await Promise.all([readText(store, name), readText(store, check).catch(() => null)]);
  if (said === null) throw new BackupFailure(`${check} is missing: nothing vouches for the manifest`);
  if (said.toString() !== checkOf(text)) throw new BackupFailure(`${name} is not what was written, or ${check} is not`);
  const { format } = z.object({ format: z.number() }).parse(JSON.parse(text.toString()));
  if (format > FORMAT) {
    throw new BackupFailure(
      `backup ${backup} has format ${format}, this release reads up to ${FORMAT}: use a newer one`,
    );
  }
  return Manifest.parse(JSON.parse(text.toString()));
}

function checkOf(text: string | Buffer): string {
  return `${createHash('sha256').update(text).digest('hex')}  ${NAME}\n`;
}

async function readText(store: BackupStore, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* one(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
