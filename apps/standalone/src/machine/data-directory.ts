import { access, chmod, constants, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LauncherLock } from './launcher-lock';
import { StartFailure } from './start-failure';

const OPEN_TO_OTHERS = 0o077;
/** What an installation of any release has in its folder. */
const OWN_FILES = ['first-start.json', 'mongo-embedded', 'mongod'];

/** The folder that holds everything an installation keeps, closed to other users and held by one launcher at a time. */
export class DataDirectory {
  private constructor(
    readonly path: string,
    private readonly lock: LauncherLock,
  ) {}

  /** Creates the folder if it is missing; fails with one clear line when it cannot be written, closed or locked. */
  static async open(path: string): Promise<DataDirectory> {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await access(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new StartFailure(`the data directory ${path} cannot be written (${code(error)}): ${ANOTHER}`);
    }
    await close(path);
    const lock = await LauncherLock.take(path).catch((error: unknown) => {
      throw new StartFailure(`the data directory ${path} cannot be locked (${code(error)}): ${ANOTHER}`);
    });
    if (!lock) {
      throw new StartFailure(
        `the data directory ${path} is in use by another Sluice: stop that one, or set SLUICE_DATA_DIR and PORT`,
      );
    }
    return new DataDirectory(path, lock);
  }

  /** True as long as no MongoDB of this installation has written here. */
  async isNew(): Promise<boolean> {
    const names = await readdir(this.path);
    return !names.includes('mongo-embedded') && !names.includes('mongod');
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  close(): Promise<void> {
    return this.lock.release();
  }
}

const ANOTHER = 'set SLUICE_DATA_DIR to another one';

/** Takes away what others may do in the folder, unless it holds something else than an installation, such as /tmp. */
async function close(path: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.getuid === undefined || (mode & OPEN_TO_OTHERS) === 0) return;
  const names = await readdir(path);
  if (names.length > 0 && !names.some((name) => OWN_FILES.includes(name))) {
    throw new StartFailure(
      `the data directory ${path} is open to other users and holds files of somebody else: ${ANOTHER}, or close it (chmod 700)`,
    );
  }
  await chmod(path, 0o700).catch((error: unknown) => {
    throw new StartFailure(
      `the data directory ${path} is open to other users and cannot be closed (${code(error)}): ${ANOTHER}`,
    );
  });
}

function code(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
