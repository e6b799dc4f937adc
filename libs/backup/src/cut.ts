import { mongo } from 'mongoose';
import { BackupFailure } from './backup-failure';
import type { InstallationDatabases } from './installation-databases';
import { pauseWrites } from './write-pause';

/** The server no longer, or not yet, has the moment that a snapshot is of: another one is taken. */
const LOST_SNAPSHOT = ['SnapshotTooOld', 'SnapshotUnavailable'];
const TRIES = 5;

/**
 * Reads all databases as of one moment. A replica set gives a snapshot, and nobody notices. A single MongoDB has none:
 * there writers wait while `read` works, so it must read documents only, never files.
 */
export async function readAtCut<T>(
  databases: InstallationDatabases,
  read: (session: mongo.ClientSession | undefined) => Promise<T>,
): Promise<T> {
  if (databases.isAlone) return read(undefined);
  const { setName, msg } = await databases.client.db('admin').command({ hello: 1 });
  const hasSnapshots = setName !== undefined || msg === 'isdbgrid';
  if (!hasSnapshots) return pauseWrites(databases.url, () => read(undefined));
  for (let tries = 1; ; tries++) {
    const session = databases.client.startSession({ snapshot: true });
    try {
      return await read(session);
    } catch (error) {
      const isLost = error instanceof mongo.MongoServerError && LOST_SNAPSHOT.includes(error.codeName ?? '');
      if (!isLost) throw error;
      if (tries === TRIES) {
        throw new BackupFailure(`MongoDB did not keep a snapshot for as long as it was read: ${error.message}`);
      }
    } finally {
      await session.endSession();
    }
  }
}
