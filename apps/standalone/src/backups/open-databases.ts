import { readdir } from 'node:fs/promises';
import { BackupFailure } from '@sluice/backup/backup-failure';
import { InstallationDatabases } from '@sluice/backup/installation-databases';
import type { HostedEngine, Progress } from '../embedded/engine';
import { localMongo, runningMongoUrl } from '../embedded/local-mongo';
import { DataDirectory } from '../machine/data-directory';
import { LauncherLock } from '../machine/launcher-lock';
import type { Settings } from '../machine/settings';

export interface OpenedDatabases {
  databases: InstallationDatabases;
  close(): Promise<void>;
}

type Where = Pick<Settings, 'dataDirectory' | 'mongoUrl'>;

/** Opens the databases of an installation, whether it runs or not: by `MONGO_URL`, or those of the data directory. */
export async function openInstallation(
  { dataDirectory, mongoUrl }: Where,
  progress: Progress,
): Promise<OpenedDatabases> {
  if (mongoUrl) return connect(mongoUrl);
  await expectInstallation(dataDirectory);
  const lock = await LauncherLock.take(dataDirectory);
  if (!lock) return connect(await runningMongoUrl(dataDirectory));
  return startEngine(await localMongo(dataDirectory, progress), () => lock.release());
}

/** Opens databases that are to be filled; a data directory may be new, and no Sluice may run on it. */
export async function openTarget({ dataDirectory, mongoUrl }: Where, progress: Progress): Promise<OpenedDatabases> {
  if (mongoUrl) return connect(mongoUrl);
  const data = await DataDirectory.open(dataDirectory);
  return startEngine(await localMongo(data.path, progress), () => data.close());
}

/** Opens the databases of an installation that does not run, as far as that can be seen from here. */
export async function openStopped(where: Where, progress: Progress): Promise<OpenedDatabases> {
  if (!where.mongoUrl) await expectInstallation(where.dataDirectory);
  return openTarget(where, progress);
}

async function expectInstallation(dataDirectory: string): Promise<void> {
  const names = await readdir(dataDirectory).catch(() => []);
  if (names.some((name) => name === 'mongo-embedded' || name === 'mongod')) return;
  throw new BackupFailure(`there is no installation in ${dataDirectory}: set SLUICE_DATA_DIR, or MONGO_URL`);
}

async function connect(url: string, isAlone = false): Promise<OpenedDatabases> {
  const databases = await InstallationDatabases.connect(url, isAlone);
  return { databases, close: () => databases.close() };
}

async function startEngine(engine: HostedEngine, release: () => Promise<void>): Promise<OpenedDatabases> {
  try {
    await engine.start();
    const { databases, close } = await connect(engine.url, true);
    return {
      databases,
      close: () =>
        close()
          .then(() => engine.stop())
          .then(release),
    };
  } catch (error) {
    await engine.stop();
    await release();
    throw error;
  }
}
