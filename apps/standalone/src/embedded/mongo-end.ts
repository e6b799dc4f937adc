import { constants } from 'node:os';
import { readFreeBytes } from '@sluice/runtime/free-space';
import type { Exit } from '../machine/hosted-process';

/** MongoDB's own code for an end by a failed check, and the signals of programs that meet what they cannot read. */
const ABRUPT_CODE = 14;
const ABRUPT_SIGNALS: NodeJS.Signals[] = ['SIGABRT', 'SIGBUS', 'SIGSEGV'];
const abruptCodes = [ABRUPT_CODE, ...ABRUPT_SIGNALS.map((name) => 128 + constants.signals[name])];

/** With less it cannot even open its files. */
const NO_ROOM_BYTES = 32 * 1024 ** 2;

/** Explains the end of an engine: its disk is full, or its files are damaged, which another start does not mend. */
export async function explainEnd(exit: Exit, directory: string): Promise<Exit> {
  if (exit.code === 0) return exit;
  const freeBytes = await readFreeBytes(directory).catch(() => Number.POSITIVE_INFINITY);
  if (freeBytes < NO_ROOM_BYTES) {
    const reason = `there is no room left on the disk of ${directory}`;
    return { ...exit, reason, lastWords: reason };
  }
  const { code, signal } = exit;
  const isAbrupt = code === null ? signal !== null && ABRUPT_SIGNALS.includes(signal) : abruptCodes.includes(code);
  if (!isAbrupt) return exit;
  const remedy = `MongoDB cannot read its files in ${directory} (ended with ${signal ?? code}): they are damaged. Put the backup of the data directory in its place, or move the data directory away to start empty`;
  return { ...exit, remedy };
}
