import { createHash } from 'node:crypto';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartFailure } from './start-failure';

/** The most bytes of a socket's path: 107 on Linux and 103 on macOS, less what the engine appends. */
const MAX_DIRECTORY_LENGTH = 55;

/**
 * A folder for sockets that belongs to one data directory: always the same, short enough for a socket's path however
 * deep the data lies, and closed to other users of the machine.
 */
export async function socketDirectory(dataDirectory: string): Promise<string> {
  const real = await realpath(dataDirectory);
  const name = `sluice-${createHash('sha256').update(real).digest('hex').slice(0, 12)}`;
  const usual = join(tmpdir(), name);
  const directory = usual.length <= MAX_DIRECTORY_LENGTH ? usual : join('/tmp', name);
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(directory);
  const owner = process.getuid?.();
  if (!found.isDirectory() || (found.mode & 0o077) !== 0 || (owner !== undefined && found.uid !== owner)) {
    throw new StartFailure(`${directory} is not a private folder of yours: remove it, or set TMPDIR to another folder`);
  }
  return directory;
}
