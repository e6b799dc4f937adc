import { mongo } from 'mongoose';
import type { BackupStore } from './backup-store';
import { readAtCut } from './cut';
import {
  type CollectionName,
  FILES_COLLECTION,
  type GridFile,
  type InstallationDatabases,
} from './installation-databases';
import { type CollectionDump, dumpName } from './manifest';
import type { TransferProgress } from './transfer-progress';

/** Documents are gathered to pieces of this size before they are written. */
const PIECE_BYTES = 1024 * 1024;
const AT_A_TIME = 4;

export interface DumpedDocuments {
  cutAt: Date;
  collections: CollectionDump[];
  /** The stored files that there were at the cut. */
  files: GridFile[];
}

/** Writes the documents of every collection as of one moment, the cut. */
export function dumpDocuments(
  databases: InstallationDatabases,
  store: BackupStore,
  backup: string,
  progress: TransferProgress,
): Promise<DumpedDocuments> {
  return readAtCut(databases, async (session) => {
    const cutAt = new Date();
    const files: GridFile[] = [];
    const collections: CollectionDump[] = [];
    const waiting = await databases.collections();
    const dumpNext = async (): Promise<void> => {
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        const tally = { documents: 0 };
        const content = readCollection(databases, name, session, (document) => {
          tally.documents++;
          progress.move(document.length);
          if (name?.collection === FILES_COLLECTION) files.push(mongo.BSON.deserialize(document) as GridFile);
        });
        const target = dumpName(backup, name);
        const written = await store.write(content, () => target);
        collections.push({ ...name, ...tally, ...written });
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, dumpNext));
    collections.sort((a, b) => (dumpName('', a) < dumpName('', b) ? -1 : 1));
    return { cutAt, collections, files };
  });
}

/** Measures roughly what the documents of all collections will take. */
export async function measureDocuments(databases: InstallationDatabases): Promise<number> {
  const sizes = (await databases.collections()).map(async ({ database, collection }) => {
    const { size } = await databases.client.db(database).command({ collStats: collection });
    return Number(size);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** In the order in which they were stored, as bytes: nothing is lost on the way through JavaScript. */
async function* readCollection(
  databases: InstallationDatabases,
  name: CollectionName,
  session: mongo.ClientSession | undefined,
  onDocument: (document: Buffer) => void,
): AsyncIterable<Uint8Array> {
  const cursor = databases.collection(name).find({}, { raw: true, hint: { $natural: 1 }, session });
  let piece: Uint8Array[] = [];
  let bytes = 0;
  // By the answers of the server: waiting for each document by itself takes most of the time otherwise.
  while (await cursor.hasNext()) {
    for (const document of cursor.readBufferedDocuments() as unknown[] as Buffer[]) {
      onDocument(document);
      piece.push(document);
      bytes += document.length;
    }
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(piece);
    piece = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(piece);
}
