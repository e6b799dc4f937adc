import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { FolderStore } from '../../libs/backup/src/folder-store';
import type { TransferProgress } from '../../libs/backup/src/transfer-progress';

const run = promisify(execFile);

export const quietly: TransferProgress = { expect: () => {}, move: () => {}, say: () => {} };

/** A folder for the backups of one test; it goes with `remove`. */
export class BackupFolder {
  private constructor(readonly path: string) {}

  static async make(): Promise<BackupFolder> {
    return new BackupFolder(await mkdtemp(join(tmpdir(), 'sluice-backups-')));
  }

  store(): Promise<FolderStore> {
    return FolderStore.open(this.path);
  }

  /** The names of all its files. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** Turns one bit of a file over; a second time gives it back. */
export async function flipBit(path: string, bit: number): Promise<void> {
  const content = await readFile(path);
  const at = Math.floor(bit / 8) % content.length;
  content[at] = (content[at] ?? 0) ^ (1 << (bit % 8));
  await writeFile(path, content);
}

/** Runs one of the commands as npm does, on an installation of this machine; the result has all that it printed. */
export async function runBackupCommand(
  command: 'backup' | 'restore' | 'verify',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; output: string }> {
  const program = join(projectRoot, 'dist', 'apps', 'standalone', 'src', 'backups', 'main.js');
  const { MONGO_URL: _, ...inherited } = process.env;
  return run(process.execPath, [program, command, ...args], { env: { ...inherited, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code: Number(code), output: `${stdout}${stderr}` }),
  );
}
