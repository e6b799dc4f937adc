import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** The last commit before databases had a format, contracts a number, reads a second replica and revocations a witness. */
const COMMIT = 'ef226061a45a0580347e658fee67296887744213';
const FOLDER = join(projectRoot, '.releases');
const run = promisify(execFile);

/** Why there is no earlier release here, for the names of tests; null where it can be built. */
export const withoutEarlierRelease: string | null = hasCommit() ? null : 'its commit is not in the history here';

function hasCommit(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${COMMIT}^{commit}`], { cwd: projectRoot, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives the folder of the services of the earlier release, built on the packages of today out of the history; once, for it is
 * kept.
 */
export async function earlierServices(): Promise<string> {
  const kept = join(FOLDER, COMMIT);
  if (!existsSync(kept)) await build(kept);
  return join(kept, 'dist', 'services');
}

async function build(kept: string): Promise<void> {
  const cwd = `${kept}.${process.pid}`;
  const index = `${cwd}.index`;
  await mkdir(cwd, { recursive: true });
  try {
    const git = { cwd: projectRoot, env: { ...process.env, GIT_INDEX_FILE: index } };
    await run('git', ['read-tree', COMMIT], git);
    await run('git', ['checkout-index', '--all', `--prefix=${cwd}/`], git);
    await symlink(join(projectRoot, 'node_modules'), join(cwd, 'node_modules'), 'junction');
    const swc = join(projectRoot, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
    const options = ['--config-file', '.swcrc', '--ignore', 'apps/console/**', '--copy-files', '--quiet'];
    await run(process.execPath, [swc, 'apps', 'libs', '--out-dir', 'dist', ...options], { cwd });
    await run(process.execPath, ['bundle-services.mjs'], { cwd });
    if (!existsSync(kept)) await rename(cwd, kept);
  } finally {
    await rm(cwd, { recursive: true, force: true });
    await rm(index, { force: true });
  }
}
