import { describeLack } from '@sluice/runtime/free-space';
import { BackupFailure } from './backup-failure';
import type { BackupStore } from './backup-store';
import { FileCopies } from './copy-files';
import { dumpDocuments, measureDocuments } from './dump-documents';
import type { InstallationDatabases } from './installation-databases';
import { backupNameAt, FORMAT, type Manifest, writeManifest } from './manifest';
import { tidy } from './tidy';
import type { TransferProgress } from './transfer-progress';

/** Each time only what came in between has to be copied, so that a few are enough. */
const CUTS = 10;

export interface MadeBackup {
  name: string;
  manifest: Manifest;
  /** Bytes of stored files that no earlier backup in the same place had. */
  newBytes: number;
}

/**
 * Adds a backup to a store while services may go on. Stored files are copied first, since they never change; then the
 * documents as of one moment, the cut; then the files that came in between. Where one that the cut names was deleted
 * before it was copied, another cut is made. Throws a `BackupFailure` where an operator has to do something.
 */
export async function makeBackup(
  databases: InstallationDatabases,
  store: BackupStore,
  release: string,
  progress: TransferProgress,
): Promise<MadeBackup> {
  if (await databases.areEmpty())
    throw new BackupFailure('there is no installation to back up: its databases are empty');
  const free = await store.claim();
  try {
    const name = backupNameAt(new Date());
    const files = await FileCopies.open(databases, store, progress);
    progress.say('copying stored files');
    const present = await databases.files.find().toArray();
    const needed = files.missingBytes(present) + (await measureDocuments(databases));
    const lack = describeLack(store.place, await store.freeBytes(), needed);
    if (lack) throw new BackupFailure(lack);
    progress.expect(needed);
    await files.copy(present);
    for (let cut = 1; cut <= CUTS; cut++) {
      progress.say('reading the documents as of one moment');
      const { cutAt, collections, files: named } = await dumpDocuments(databases, store, name, progress);
      progress.expect(files.missingBytes(named));
      const copies = await files.copy(named);
      if (!copies) continue;
      const manifest = { format: FORMAT, release, cutAt: cutAt.toISOString(), collections, files: copies };
      await writeManifest(store, name, manifest);
      await tidy(store);
      return { name, manifest, newBytes: files.copiedBytes };
    }
    throw new BackupFailure(
      `stored files were deleted faster than they could be copied, ${CUTS} times: try again later`,
    );
  } finally {
    await free();
  }
}
