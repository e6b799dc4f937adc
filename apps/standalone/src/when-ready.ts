import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 120_000;

/** Returns when the gateway on this address says that the whole installation can serve. */
export async function whenReady(gateway: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let last = 'no answer';
  while (performance.now() < deadline) {
    const response = await fetch(`${gateway}/health/ready`).catch(() => null);
    last = (await response?.text()) ?? last;
    if (response?.ok) return;
    await pause(POLL_MS);
  }
  throw new Error(`the services did not become ready: ${last}`);
}
