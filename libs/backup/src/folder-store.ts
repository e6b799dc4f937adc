import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { readFreeBytes } from '@sluice/runtime/free-space';
import { BackupFailure } from './backup-failure';
import type { BackupStore, Written } from './backup-store';

const CLAIM = 'in-use';
/** Begins the name of what is not whole yet. */
const UNFINISHED = '.writing-';

/** Backups in a folder of this machine. */
export class FolderStore implements BackupStore {
  private constructor(readonly place: string) {}

  /** Creates the folder where it may be new, in one that is there; fails in a sentence where it is missing, no folder or closed. */
  static async open(path: string, { create = false } = {}): Promise<FolderStore> {
    try {
      if (create) await makeFolder(path);
      if (!(await stat(path)).isDirectory()) throw new BackupFailure(`${path} is not a folder`);
    } catch (error) {
      throw explain(error, path);
    }
    return new FolderStore(path);
  }

  async claim(): Promise<() => Promise<void>> {
    const file = join(this.place, CLAIM);
    const own = JSON.stringify({ host: hostname(), pid: process.pid, since: new Date().toISOString() });
    for (;;) {
      try {
        const handle = await open(file, 'wx', 0o600);
        await handle.writeFile(own);
        await handle.close();
        return () => rm(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explain(error, this.place);
      }
      const holder = await readFile(file, 'utf8').catch(() => null);
      if (holder === null) continue;
      if (!hasEnded(holder)) {
        throw new BackupFailure(`another backup works in ${this.place}: ${holder}. If none does, remove ${file}`);
      }
      await rm(file, { force: true });
    }
  }

  async write(content: AsyncIterable<Uint8Array>, nameOf: (written: Written) => string): Promise<Written> {
    const unfinished = join(this.place, `${UNFINISHED}${randomUUID()}`);
    try {
      const handle = await open(unfinished, 'wx', 0o600);
      const written = await writeAll(handle, content);
      const file = join(this.place, nameOf(written));
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await rename(unfinished, file);
      await syncFolder(dirname(file));
      return written;
    } catch (error) {
      throw explain(error, this.place);
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  read(name: string): AsyncIterable<Uint8Array> {
    return createReadStream(join(this.place, name), { highWaterMark: 1024 * 1024 });
  }

  async size(name: string): Promise<number | null> {
    const found = await stat(join(this.place, name)).catch(() => null);
    return found?.isFile() ? found.size : null;
  }

  async *list(prefix: string): AsyncIterable<string> {
    const entries = await readdir(join(this.place, prefix), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) yield* this.list(name);
      else if (name !== CLAIM) yield name;
    }
  }

  async remove(name: string): Promise<void> {
    const file = join(this.place, name);
    await rm(file, { force: true });
    // A folder that is empty now goes too; one that is not stays.
    await removeIfEmpty(dirname(file), this.place);
  }

  async freeBytes(): Promise<number> {
    return readFreeBytes(this.place).catch(() => Number.POSITIVE_INFINITY);
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function writeAll(handle: FileHandle, content: AsyncIterable<Uint8Array>): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Makes the new name durable; systems that cannot open folders do without. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function removeIfEmpty(folder: string, root: string): Promise<void> {
  if (folder === root || (await readdir(folder).catch(() => [''])).length > 0) return;
  await rm(folder, { recursive: true, force: true });
  await removeIfEmpty(dirname(folder), root);
}

/** True for a claim of a process of this machine that does not run any more. */
function hasEnded(holder: string): boolean {
  try {
    const { host, pid } = JSON.parse(holder) as { host: string; pid: number };
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it may not be written',
  ENOSPC: 'there is no space left on its disk',
  EDQUOT: 'there is no space left on its disk',
};

function explain(error: unknown, place: string): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  return reason ? new BackupFailure(`${place} cannot be used: ${reason}`) : error;
}
