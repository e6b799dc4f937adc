import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** A folder that has what was asked for, or why there is none. */
export type PrivateFolder = { folder: string; missing?: undefined } | { folder?: undefined; missing: string };

/**
 * Gives a folder of the project with exactly these packages, installed once; `proof` is a file that it has then. It
 * returns when that is done, so that a test file can name what it skips. The folder is moved once it is complete.
 */
export function installOnce(
  place: { parent: string; proof: string },
  packages: readonly string[],
  install: (folder: string) => void,
  reasonOf: (error: unknown) => string,
): PrivateFolder {
  const name = createHash('sha256')
    .update([...packages].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
  const folder = join(projectRoot, place.parent, name);
  const isThere = () => existsSync(join(folder, place.proof));
  if (isThere()) return { folder };
  const begun = `${folder}.${process.pid}`;
  try {
    mkdirSync(begun, { recursive: true });
    install(begun);
    if (!isThere()) renameSync(begun, folder);
    return { folder };
  } catch (error) {
    // Another test file may have been faster.
    return isThere() ? { folder } : { missing: reasonOf(error) };
  } finally {
    rmSync(begun, { recursive: true, force: true });
  }
}
