import { randomUUID } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const NAME = 'launcher.sock';

/**
 * Locks a directory for one process at a time, wherever that keeps its temporary files. A socket that somebody listens on
 * is a lock that the kernel lifts when its holder dies, however it dies.
 */
export class LauncherLock {
  private constructor(
    private readonly place: string,
    private readonly server: Server,
  ) {}

  /** Null when a living process holds it. The lock is made under a name of its own and linked into place, which fails if the place is taken. */
  static async take(directory: string): Promise<LauncherLock | null> {
    const place = join(directory, NAME);
    const name = unique();
    const server = await listen(directory, name);
    for (;;) {
      const taken = await linked(join(directory, name), place);
      if (taken || (await isHeld(directory, NAME))) {
        await rm(join(directory, name), { force: true });
        if (!taken) server.close();
        return taken ? new LauncherLock(place, server) : null;
      }
      await discardStale(directory);
    }
  }

  async release(): Promise<void> {
    await rm(this.place, { force: true });
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

function unique(): string {
  return `${NAME}.${randomUUID().slice(0, 8)}`;
}

async function listen(directory: string, name: string): Promise<Server> {
  const server = createServer((peer) => peer.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    within(directory, () => server.listen(name, resolve));
  });
  return server.unref();
}

function isHeld(directory: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = within(directory, () => connect(name));
    peer.once('connect', () => {
      peer.destroy();
      resolve(true);
    });
    peer.once('error', () => resolve(false));
  });
}

/** Binds or connects by a bare name: a socket's path has 103 bytes at most, and the directory may lie deeper. */
function within<T>(directory: string, act: () => T): T {
  const before = process.cwd();
  process.chdir(directory);
  try {
    return act();
  } finally {
    process.chdir(before);
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

/** Moves a dead lock away; one that came alive meanwhile is put back. */
async function discardStale(directory: string): Promise<void> {
  const aside = unique();
  const moved = await rename(join(directory, NAME), join(directory, aside)).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if (await isHeld(directory, aside)) await linked(join(directory, aside), join(directory, NAME));
  await rm(join(directory, aside), { force: true });
}
