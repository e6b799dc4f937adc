import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { BackupFailure } from './backup-failure';

/** Sends are given up by their callers after this long. */
const LIMIT_MS = 15_000;

interface Message {
  type: 'held' | 'released' | 'too long' | 'failed';
  reason?: string;
}

/** Runs `work` while MongoDB lets nobody write: writers wait, readers do not. Fails when that would take over 15 s. */
export async function pauseWrites<T>(url: string, work: () => Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  const keeper = fork(join(__dirname, 'hold-writes.cjs'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  try {
    const answer = next(keeper);
    keeper.send({ url, limitMs });
    const { type, reason } = await answer;
    if (type !== 'held') throw new BackupFailure(`writes could not be held back for the cut: ${reason ?? type}`);
    const end = next(keeper);
    const result = await Promise.race([work(), end.then(expectNone)]);
    keeper.send({ type: 'release' });
    if ((await end).type !== 'released') throw tooLong();
    return result;
  } finally {
    if (keeper.connected) keeper.disconnect();
    if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit');
  }
}

function expectNone(): never {
  throw tooLong();
}

function tooLong(): BackupFailure {
  return new BackupFailure(
    'the documents could not be read while writes waited: on a replica set they need not wait; or stop Sluice for the backup',
  );
}

async function next(keeper: ChildProcess): Promise<Message> {
  return new Promise((resolve) => {
    keeper.once('message', (message) => resolve(message as Message));
    keeper.once('exit', (code) => resolve({ type: 'failed', reason: `its process ended with ${code}` }));
  });
}
