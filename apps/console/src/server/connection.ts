import { useSyncExternalStore } from 'react';

/** Whether the server answers: what the banner shows and what heals without a reload. */
export type Connection = 'fine' | 'offline' | 'unavailable';

const PROBE_MS = 2_000;
const listeners = new Set<() => void>();
const healed = new Set<() => void>();
let state: Connection = 'fine';
let probe: ReturnType<typeof setTimeout> | undefined;

function set(next: Connection): void {
  if (next === state) return;
  const wasBroken = state !== 'fine';
  state = next;
  for (const listener of listeners) listener();
  if (wasBroken && next === 'fine') for (const listener of healed) listener();
}

/** Told by every request: an answer of 503 or none at all starts asking whether the server is back. */
export function reportConnection(next: Connection): void {
  set(next);
  if (next === 'fine' || probe !== undefined) return;
  probe = setTimeout(() => void ask(), PROBE_MS);
}

async function ask(): Promise<void> {
  probe = undefined;
  try {
    const { ok } = await fetch('/health/ready', { cache: 'no-store' });
    reportConnection(ok ? 'fine' : 'unavailable');
  } catch {
    reportConnection('offline');
  }
}

/** Called each time the server is back. */
export function onHealed(listener: () => void): void {
  healed.add(listener);
}

/** A part of the console that is fetched when it is first needed; if the server is away then, once it is back. */
export async function fetched<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch {
    const { promise, resolve } = Promise.withResolvers<void>();
    healed.add(resolve);
    reportConnection('offline');
    await promise;
    healed.delete(resolve);
    return await load();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => state);
}

window.addEventListener('offline', () => reportConnection('offline'));
window.addEventListener('online', () => void ask());
