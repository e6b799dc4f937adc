import { rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from '../support/stack';

/** What a test file may ask for, by name. */
interface Question {
  id: number;
  method: string;
  args: string[];
}

/** As many of each part as the most demanding of the files that share it needs. */
const PARTS = { gateways: 2, catalogue: 2, registry: 2 };
/** Files that share come one after the other (test/longest-first.cjs); after them it would only cost processor time. */
const IDLE_MS = 10_000;

const run = process.env.SLUICE_TEST_RUN ?? '';
let stack: Stack | undefined;
let idle: NodeJS.Timeout | undefined;
let told = 0;
/** Starts and stops happen one after the other. */
let last: Promise<unknown> = Promise.resolve();

const answers: Readonly<Record<string, (...args: string[]) => Promise<unknown>>> = {
  start: async () => {
    clearTimeout(idle);
    await last;
    last = stack ? stack.ready() : start();
    await last;
    return stack?.facts;
  },
  kill: async (name = '') => stack?.kill(name),
  /** Gives what services tried on the bus and may not do, since this was asked before. */
  violations: async () => {
    idle = setTimeout(stop, IDLE_MS);
    const all = (await stack?.violations()) ?? [];
    const fresh = all.slice(told);
    told = all.length;
    return fresh;
  },
};

process.on('message', ({ id, method, args }: Question) => {
  const asked = async () => answers[method]?.(...args);
  asked().then(
    (value) => answer({ id, value }),
    (error: Error) => answer({ id, error: error.message }),
  );
});
process.once('disconnect', end);
process.once('SIGTERM', end);

/** Sends an answer, unless the worker that asked is gone. */
function answer(message: object): void {
  if (process.connected) process.send?.(message);
}

async function start(): Promise<void> {
  stack = await Stack.start(PARTS);
  told = 0;
}

/** Ends the stack when nothing is under way with it; what its last check found fails the run. */
function stop(): Promise<unknown> {
  clearTimeout(idle);
  last = last
    .catch(() => {})
    .then(() => stack?.stop())
    .catch((error: Error) => writeFileSync(join(run, `${process.pid}.failure`), error.message))
    .then(() => {
      stack = undefined;
    });
  return last;
}

/** Ends the stack and this process, and takes it off the list of the run, which waits for that. */
async function end(): Promise<void> {
  await stop();
  rmSync(join(run, String(process.pid)), { force: true });
  try {
    rmdirSync(run);
  } catch {
    // Others are in it, or the run itself clears it away.
  }
  process.exit();
}
