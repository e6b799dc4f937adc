import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { instanceId } from '@sluice/runtime/logging';
import { Ticker } from '@sluice/runtime/ticker';

const LOOK_MS = 60_000;
/** A replica that has not looked for so long is gone, on whatever machine it was. */
const ABANDONED_MS = 3_600_000;

/**
 * The directory of this replica alone, below the one that replicas may share. What replicas left there when they ended is
 * removed, at the start and once a minute: at once where they were processes of this machine, else after an hour.
 * A container that starts again finds its own, with the cache in it.
 */
export class ReplicaDirectory {
  private readonly looking = new Ticker({ name: ReplicaDirectory.name, everyMs: LOOK_MS, turn: () => this.look() });

  private constructor(
    private readonly parent: string,
    readonly path: string,
  ) {}

  static async open(shared: string): Promise<ReplicaDirectory> {
    const parent = resolve(shared);
    const directory = new ReplicaDirectory(parent, join(parent, instanceId));
    await mkdir(directory.path, { recursive: true });
    await directory.look();
    directory.looking.start();
    return directory;
  }

  /** Looks no more for what others left. */
  close(): Promise<void> {
    return this.looking.stop();
  }

  /** Shows the others that this replica lives, and removes what is left of those that do not. */
  private async look(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now);
    for (const name of await readdir(this.parent)) {
      const other = join(this.parent, name);
      if (other === this.path || !(await isAbandoned(other, name, now.getTime()))) continue;
      await rm(other, { recursive: true, force: true });
    }
  }
}

async function isAbandoned(path: string, name: string, nowMs: number): Promise<boolean> {
  const pid = Number(name.slice(hostname().length + 1));
  if (name.startsWith(`${hostname()}-`) && Number.isInteger(pid)) return !isRunning(pid);
  // Another replica may have removed it just now.
  const seen = await stat(path).catch(() => null);
  return seen !== null && nowMs - seen.mtimeMs > ABANDONED_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
