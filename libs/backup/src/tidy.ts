import type { BackupStore } from './backup-store';
import { dumpName, fileName, listBackups, manifestNames, readManifest } from './manifest';

/** The names of all files that belong to finished backups. Throws where a manifest is not what was written. */
async function namedFiles(store: BackupStore): Promise<Set<string>> {
  const names = new Set<string>();
  for (const { name, isFinished } of await listBackups(store)) {
    if (!isFinished) continue;
    const { collections, files } = await readManifest(store, name);
    for (const part of manifestNames(name)) names.add(part);
    for (const collection of collections) names.add(dumpName(name, collection));
    for (const { sha256 } of files) names.add(fileName(sha256));
  }
  return names;
}

/** Removes what backups left that did not come to their end, or that were taken away by hand. Nobody else may be at work. */
export async function tidy(store: BackupStore): Promise<void> {
  // While one manifest cannot be read, nobody knows what it names.
  const named = await namedFiles(store).catch(() => null);
  if (!named) return;
  for await (const name of store.list('')) {
    if (isOurs(name) && !named.has(name)) await store.remove(name);
  }
}

/** Other files that somebody keeps in the same folder are left alone. */
function isOurs(name: string): boolean {
  return /^(files|backups)\/|^\.writing-/.test(name);
}
