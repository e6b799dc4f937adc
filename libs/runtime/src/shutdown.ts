import type { INestApplicationContext } from '@nestjs/common';
import { stopTracing } from './tracing';

/**
 * Lets a process stop in order on SIGTERM, SIGINT, or when the launcher that holds its IPC channel is gone, and exit
 * with code 0. A second signal is ignored: a terminal's Ctrl-C may arrive twice. It works on for `delayMs` milliseconds after
 * it said that it stops, so that those who send it work can notice.
 */
export function stopInOrder(app: INestApplicationContext, stopping: () => void, delayMs = 0): void {
  let stopped = false;
  onStop(() => {
    if (stopped) return;
    stopped = true;
    stopping();
    const close = () =>
      app.close().then(
        () => exit(0),
        () => exit(1),
      );
    setTimeout(close, delayMs);
  });
}

/** Ends the process once the last traces are handed over. */
function exit(code: number): void {
  void stopTracing().then(() => process.exit(code));
}

/** For a process that has nothing to bring to an end yet: stops it at once, until the result is called. */
export function stopAtOnce(): () => void {
  return onStop(() => process.exit(0));
}

function onStop(stop: () => void): () => void {
  const events = ['SIGTERM', 'SIGINT', 'disconnect'] as const;
  for (const event of events) process.on(event, stop);
  return () => {
    for (const event of events) process.off(event, stop);
  };
}

/** Starts a process; what keeps it from starting is one clear line and exit code 1. */
export function start(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
