import { setImmediate } from 'node:timers/promises';

/** Well below the 50 ms that nothing may hold an event loop for. */
const HOLD_MS = 10;

/**
 * Runs work step by step, and lets everything else have the event loop whenever the work has held it for 10 ms. Gives
 * what the work returns.
 */
export async function inTurns<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  let sinceMs = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - sinceMs < HOLD_MS) continue;
    await setImmediate();
    sinceMs = performance.now();
  }
}
