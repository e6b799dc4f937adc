import type { mongo } from 'mongoose';
import type { CollectionName, InstallationDatabases } from './installation-databases';

/** Documents are gathered to pieces of this size before they are written. */
const PIECE_BYTES = 1024 * 1024;

/** Reads documents in the order in which they were stored, as bytes: nothing is lost on the way through JavaScript. */
export async function* readCollection(
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
