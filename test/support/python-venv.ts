import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** A Python that has what was asked for, or why there is none. */
export type Venv = { folder: string; python: string; missing?: undefined } | { python?: undefined; missing: string };

const INSTALL_MS = 300_000;
const MAX_REASON_LENGTH = 200;

/**
 * Gives a Python with exactly these packages (`name==version`), installed once into a private folder of the project.
 * It returns when that is done, so that a test file can name what it skips. Run its programs by `python -m`: the
 * folder is moved once it is complete, and scripts in it know the place of before.
 */
export function pythonVenv(packages: readonly string[]): Venv {
  const name = createHash('sha256')
    .update([...packages].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
  const folder = join(projectRoot, '.python', name);
  const python = join(folder, 'bin/python');
  if (existsSync(python)) return { folder, python };
  const begun = `${folder}.${process.pid}`;
  try {
    mkdirSync(begun, { recursive: true });
    run('python3', '-m', 'venv', begun);
    run(
      join(begun, 'bin/python'),
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--retries',
      '1',
      ...packages,
    );
    if (!existsSync(python)) renameSync(begun, folder);
    return { folder, python };
  } catch (error) {
    // Another test file may have been faster.
    if (existsSync(python)) return { folder, python };
    return { missing: reasonOf(error) };
  } finally {
    rmSync(begun, { recursive: true, force: true });
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_MS });
}

function reasonOf(error: unknown): string {
  const { code, stderr } = error as { code?: string; stderr?: Buffer };
  if (code === 'ENOENT') return 'no python3';
  const last =
    String(stderr ?? error)
      .trim()
      .split('\n')
      .at(-1) ?? '';
  return `no packages of Python: ${last.slice(0, MAX_REASON_LENGTH)}`;
}
