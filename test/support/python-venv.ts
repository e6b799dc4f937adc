import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { installOnce } from './private-folder';

/** A Python that has what was asked for, or why there is none. */
export type Venv = { folder: string; python: string; missing?: undefined } | { python?: undefined; missing: string };

const INSTALL_MS = 300_000;
const MAX_REASON_LENGTH = 200;
const PYTHON = 'bin/python';
const QUIETLY = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];

/**
 * Gives a Python with exactly these packages (`name==version`). Run its programs by `python -m`: the folder is moved once
 * it is complete, and scripts in it know the place of before.
 */
export function pythonVenv(packages: readonly string[]): Venv {
  const install = (folder: string) => {
    run('python3', '-m', 'venv', folder);
    run(join(folder, PYTHON), ...QUIETLY, ...packages);
  };
  const { folder, missing } = installOnce({ parent: '.python', proof: PYTHON }, packages, install, reasonOf);
  return missing === undefined ? { folder, python: join(folder, PYTHON) } : { missing };
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_MS });
}

function reasonOf(error: unknown): string {
  const { code, stderr } = error as { code?: string; stderr?: Buffer };
  if (code === 'ENOENT') return 'no python3';
  const lines = String(stderr ?? error).trim();
  return `no packages of Python: ${(lines.split('\n').at(-1) ?? '').slice(0, MAX_REASON_LENGTH)}`;
}
