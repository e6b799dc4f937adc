import { Logger } from '@nestjs/common';
import { within } from './within';

/** A turn that takes longer is given up, so that the next one can begin. */
export const TURN_LIMIT_MS = 2_000;

/** Runs a task again and again, never twice at once; a failure is logged under `name` and the next turn tries again. */
export function repeat(name: string, intervalMs: number, task: () => Promise<void>): NodeJS.Timeout {
  const logger = new Logger(name);
  let running = false;
  return setInterval(() => {
    if (running) return;
    running = true;
    within(TURN_LIMIT_MS, task())
      .catch((error: unknown) => logger.warn(String(error)))
      .finally(() => {
        running = false;
      });
  }, intervalMs);
}
