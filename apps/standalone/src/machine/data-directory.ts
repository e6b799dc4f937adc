import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { socketDirectory } from './socket-directory';
import { StartFailure } from './start-failure';

/** The folder that holds everything an installation keeps, held by one launcher at a time. */
export class DataDirectory {
  private constructor(
    readonly path: string,
    private readonly sockets: string,
    private readonly lock: Server,
  ) {}

  /** Creates the folder if it is missing; fails with one clear line when it cannot be written or is in use. */
  static async open(path: string): Promise<DataDirectory> {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await access(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new StartFailure(
        `the data directory ${path} cannot be written (${code}): set SLUICE_DATA_DIR to another one`,
      );
    }
    const sockets = await socketDirectory(path);
    const lock = await takeLock(join(sockets, 'launcher.sock'));
    if (!lock) {
      throw new StartFailure(
        `the data directory ${path} is in use by another Sluice: stop that one, or set SLUICE_DATA_DIR and PORT`,
      );
    }
    return new DataDirectory(path, sockets, lock);
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  async close(): Promise<void> {
    await rm(this.sockets, { recursive: true, force: true });
    await new Promise((resolve) => {
      this.lock.close(resolve);
    });
  }
}

/**
 * A socket that somebody listens on is a lock that the kernel lifts when its holder dies, however it dies. It is made
 * under a name of its own and linked into place, which fails if the place is taken. Null when a living process holds it.
 */
async function takeLock(place: string): Promise<Server | null> {
  const own = `${place}.${randomUUID().slice(0, 8)}`;
  const server = createServer((peer) => peer.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(own, resolve);
  });
  server.unref();
  for (;;) {
    const taken = await linked(own, place);
    if (taken || (await isHeld(place))) {
      await rm(own, { force: true });
      if (!taken) server.close();
      return taken ? server : null;
    }
    await discardStale(place);
  }
}

async function linked(own: string, place: string): Promise<boolean> {
  try {
    await link(own, place);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(place: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(place, () => {
      peer.destroy();
      resolve(true);
    });
    peer.once('error', () => resolve(false));
  });
}

/** Moves a dead lock away; one that came alive meanwhile is put back. */
async function discardStale(place: string): Promise<void> {
  const aside = `${place}.${randomUUID().slice(0, 8)}`;
  const moved = await rename(place, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if (await isHeld(aside)) await linked(aside, place);
  await rm(aside, { force: true });
}
