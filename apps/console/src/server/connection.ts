import { useSyncExternalStore } from 'react';

/** Whether the server answers: what the banner shows and what heals without a reload. */
export type Connection = 'fine' | 'offline' | 'unavailable';

const PROBE_MS = 2_000;
/** The page that tells of the gateway as a whole. */
const READY = '/health/ready';
const listeners = new Set<() => void>();
const healed = new Set<() => void>();
/** The places that were answered 503 and not otherwise since: a part of the product may be away while others answer. */
const away = new Set<string>();
let state: Connection = 'fine';
let probe: ReturnType<typeof setTimeout> | undefined;

function set(next: Connection): void {
  if (next !== 'fine' && probe === undefined) probe = setTimeout(() => void ask(), PROBE_MS);
  if (next === state) return;
  const wasBroken = state !== 'fine';
  state = next;
  for (const listener of listeners) listener();
  if (wasBroken && next === 'fine') for (const listener of healed) listener();
}

/** Told of every answer: a 503 starts asking again until there is another one. What changes something is not repeated. */
export function reportAnswer(method: string, address: string, status: number): void {
  if (status === 503) away.add(method === 'GET' ? address : READY);
  else away.delete(address);
  set(away.size > 0 ? 'unavailable' : 'fine');
}

/** Told when there was no answer at all. */
export function reportOffline(): void {
  set('offline');
}

async function ask(): Promise<void> {
  probe = undefined;
  const addresses = state === 'offline' || away.size === 0 ? [READY] : [...away];
  try {
    for (const address of addresses) {
      const { status } = await fetch(address, { cache: 'no-store' });
      reportAnswer('GET', address, status);
    }
  } catch {
    reportOffline();
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
    reportOffline();
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

window.addEventListener('offline', reportOffline);
window.addEventListener('online', () => void ask());
