import { constants } from 'node:os';
import type { Exit } from '../machine/hosted-process';

/** MongoDB's own code for an end by a failed check, and the signals of programs that meet what they cannot read. */
const ABRUPT_CODE = 14;
const ABRUPT_SIGNALS: NodeJS.Signals[] = ['SIGABRT', 'SIGBUS', 'SIGSEGV'];
const abruptCodes = [ABRUPT_CODE, ...ABRUPT_SIGNALS.map((name) => 128 + constants.signals[name])];

/** Says what to do about an engine's end that another start does not mend: its files are damaged. */
export function withRemedy(exit: Exit, directory: string): Exit {
  const { code, signal } = exit;
  const isAbrupt = code === null ? signal !== null && ABRUPT_SIGNALS.includes(signal) : abruptCodes.includes(code);
  if (!isAbrupt) return exit;
  const remedy = `MongoDB cannot read its files in ${directory} (ended with ${signal ?? code}): they are damaged. Put the backup of the data directory in its place, or move the data directory away to start empty`;
  return { ...exit, remedy };
}
