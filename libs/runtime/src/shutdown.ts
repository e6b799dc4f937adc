import type { INestApplicationContext } from '@nestjs/common';

/**
 * Lets a process stop in order on SIGTERM, SIGINT, or when the launcher that holds its IPC channel is gone, and exit
 * with code 0. A second signal is ignored: a terminal's Ctrl-C may arrive twice.
 */
export function stopInOrder(app: INestApplicationContext, stopping: () => void): void {
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    stopping();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
}

/** Starts a process; what keeps it from starting is one clear line and exit code 1. */
export function start(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
