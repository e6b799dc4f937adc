import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout's root, found from sources and from compiled files alike: the first folder upwards with a lock file. */
export const projectRoot = find(__dirname);

/** The directory of foreign programs that are fetched on demand; git-ignored, safe to delete. */
export const embeddedDirectory = join(projectRoot, '.embedded');

function find(directory: string): string {
  if (existsSync(join(directory, 'package-lock.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('no package-lock.json above the running program');
  return find(parent);
}
