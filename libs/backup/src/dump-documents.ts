import { mongo } from 'mongoose';
import type { BackupStore } from './backup-store';
import { readAtCut } from './cut';
import { EarlyReadings } from './early-reading';
import {
  type CollectionName,
  FILES_COLLECTION,
  type GridFile,
  type InstallationDatabases,
} from './installation-databases';
import { type CollectionDump, dumpName } from './manifest';
import { readCollection } from './read-collection';
import type { TransferProgress } from './transfer-progress';

const AT_A_TIME = 4;

export interface DumpedDocuments {
  cutAt: Date;
  collections: CollectionDump[];
  /** The stored files that there were at the cut. */
  files: GridFile[];
}

/** Writes the documents of every collection as of one moment, the cut. */
export async function dumpDocuments(
  databases: InstallationDatabases,
  store: BackupStore,
  backup: string,
  progress: TransferProgress,
): Promise<DumpedDocuments> {
  const early = await EarlyReadings.read(databases, store, backup);
  const { added, ...dumped } = await readAtCut(databases, async (session) => {
    const cut = { cutAt: new Date(), collections: [] as CollectionDump[], files: [] as GridFile[] };
    const late: { name: CollectionName; rest: Buffer[] }[] = [];
    const waiting = await databases.collections();
    const dumpNext = async (): Promise<void> => {
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        const rest = await early.rest(name, session);
        if (rest) late.push({ name, rest });
        else cut.collections.push(await dumpWhole(databases, store, backup, name, session, progress, cut.files));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, dumpNext));
    return { ...cut, added: late };
  });
  // Nobody waits any more.
  for (const { name, rest } of added) {
    const written = await store.write(early.whole(name, rest), () => dumpName(backup, name));
    progress.move(written.bytes);
    dumped.collections.push({ ...name, documents: early.count(name) + rest.length, ...written });
  }
  dumped.collections.sort((a, b) => (dumpName('', a) < dumpName('', b) ? -1 : 1));
  return dumped;
}

async function dumpWhole(
  databases: InstallationDatabases,
  store: BackupStore,
  backup: string,
  name: CollectionName,
  session: mongo.ClientSession | undefined,
  progress: TransferProgress,
  files: GridFile[],
): Promise<CollectionDump> {
  let documents = 0;
  const content = readCollection(databases, name, session, (document) => {
    documents++;
    progress.move(document.length);
    if (name.collection === FILES_COLLECTION) files.push(mongo.BSON.deserialize(document) as GridFile);
  });
  const written = await store.write(content, () => dumpName(backup, name));
  return { ...name, documents, ...written };
}

/** Measures roughly what the documents of all collections will take. */
export async function measureDocuments(databases: InstallationDatabases): Promise<number> {
  const sizes = (await databases.collections()).map(async ({ database, collection }) => {
    const { size } = await databases.client.db(database).command({ collStats: collection });
    return Number(size);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
