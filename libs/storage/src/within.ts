import { setTimeout as pause } from 'node:timers/promises';
import { StorageUnavailable } from './storage-unavailable';

/** A turn of work that repeats is given up after this long, so that the next one can begin. */
export const TURN_LIMIT_MS = 2_000;

/**
 * The operation's result, or a throw after `limitMs` milliseconds. For work that repeats on its own and must go on: the
 * driver (7.9) loses an operation for good when it is written to a connection in the very tick of its end, and has no
 * limit of its own for that (its timeoutMS has no effect).
 */
export async function within<T>(limitMs: number, operation: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = pause(limitMs, undefined, { signal: done.signal }).then(() => {
    throw new StorageUnavailable(`no answer from MongoDB within ${limitMs} ms`);
  });
  try {
    return await Promise.race([operation, late]);
  } finally {
    done.abort();
    late.catch(() => {});
  }
}
