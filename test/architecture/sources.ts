import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** Runs git in the root of the project and gives the lines of its answer. */
export const runGit = (...args: string[]) =>
  execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim().split('\n');

/** The source files of the product, its tests and its measurements, as paths from the root. */
export const sources = runGit('ls-files', '--cached', '--others', '--exclude-standard', 'apps', 'libs', 'test', 'bench')
  .filter((path) => /\.(ts|tsx|mjs|cjs|js)$/.test(path))
  .filter((path) => existsSync(join(projectRoot, path)));

/** Reads the text of a file, named by its path from the root. */
export const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
