import { useSyncExternalStore } from 'react';

/**
 * A session that ended in the middle of work: requests wait here until the person has signed in again, then go on as if
 * nothing had happened. So a half-filled form survives, and what was being saved is saved.
 */
const listeners = new Set<() => void>();
let waiting: { again: Promise<void>; resolve: () => void; reject: (error: unknown) => void } | null = null;

function tell(): void {
  for (const listener of listeners) listener();
}

/** Resolves once somebody signed in again; rejects with `refusal` if they leave instead. */
export function signedInAgain(refusal: unknown): Promise<void> {
  if (!waiting) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting = { again: promise, resolve, reject: () => reject(refusal) };
    tell();
  }
  return waiting.again;
}

export function endExpiry(outcome: 'signed-in' | 'left'): void {
  const ended = waiting;
  waiting = null;
  tell();
  if (outcome === 'signed-in') ended?.resolve();
  else ended?.reject(null);
}

export function useExpiry(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting !== null,
  );
}
