import { mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { instanceId } from '@sluice/runtime/logging';

/**
 * The directory of this replica alone, below the one that replicas of a machine may share. What processes of this
 * machine left there when they ended is removed; a container that starts again finds its own, with the cache in it.
 */
export async function openReplicaDirectory(shared: string): Promise<string> {
  const parent = resolve(shared);
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name !== instanceId && isAbandoned(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const own = join(parent, instanceId);
  await mkdir(own, { recursive: true });
  return own;
}

function isAbandoned(name: string): boolean {
  const pid = Number(name.slice(hostname().length + 1));
  if (!name.startsWith(`${hostname()}-`) || !Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
