import type { Migration } from '@sluice/storage/migrations';
import { type StoredFileDoc, VERSION_FILES, VersionFiles } from '../stores/stored-files';

/** Files of the first releases have no sums: each is read once, one after the other. */
const sumFiles: Migration = {
  number: 1,
  title: 'stored files get their SHA-256',
  needsPause: false,
  run: async (connection, signal) => {
    const files = connection.collection<StoredFileDoc>(`${VERSION_FILES}.files`);
    const stored = new VersionFiles(connection);
    const without = { 'metadata.sha256': { $exists: false } };
    for await (const { _id } of files.find(without, { projection: { _id: 1 } })) {
      if (signal.aborted) return;
      // One that is deleted meanwhile needs none, and one that lacks chunks is left as it is.
      const sha256 = await stored.sum(_id, signal).catch(() => null);
      if (sha256 !== null) await files.updateOne({ _id, ...without }, { $set: { metadata: { sha256 } } });
    }
  },
};

/** The steps for the data of catalogue, in their order; a new one goes to the end. */
export const catalogueMigrations: readonly Migration[] = [sumFiles];
