import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Asks until `condition` gives something other than false, null or undefined, and gives that. A throw counts as "not
 * yet" and is the cause of the failure when `timeoutMs` (20 s) are over, also while the condition itself stands still.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, false | null | undefined>> {
  const over = new AbortController();
  const deadline = performance.now() + timeoutMs;
  const standsStill = pause(timeoutMs, undefined, { signal: over.signal }).then(() => {
    throw new Error('it was asked and has not answered');
  });
  standsStill.catch(() => {});
  let cause: unknown;
  try {
    while (performance.now() < deadline) {
      try {
        const value = await Promise.race([condition(), standsStill]);
        if (value !== false && value !== null && value !== undefined) {
          return value as Exclude<T, false | null | undefined>;
        }
        cause = undefined;
      } catch (error) {
        cause = error;
      }
      await pause(POLL_MS);
    }
  } finally {
    over.abort();
  }
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}`, { cause });
}
