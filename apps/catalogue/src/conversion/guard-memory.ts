import { writeFileSync } from 'node:fs';

/** The exit code of a converter that took more memory than it may. */
export const TOO_MUCH_MEMORY = 77;

const LOOK_MS = 50;
/** What the process has beside the memory that DuckDB counts: its own code, its heap, and what DuckDB does not count. */
const BESIDE_BYTES = 768 * 1024 ** 2;

/**
 * Ends this process when it takes far more memory than DuckDB was allowed: a file may make native code take what nothing
 * counts. Where the machine runs out first, this process is the one to go. Gives what ends the guard.
 */
export function guardMemory(allowedBytes: number): () => void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Another system, or one that does not let itself be told.
  }
  const timer = setInterval(() => {
    if (process.memoryUsage.rss() > allowedBytes + BESIDE_BYTES) process.exit(TOO_MUCH_MEMORY);
  }, LOOK_MS);
  return () => clearInterval(timer);
}
