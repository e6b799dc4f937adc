import type { Readiness } from '@sluice/runtime/readiness';

/** Stays "not ready" until the launcher, which holds the IPC channel, says that the rest of the product is in place. */
export function holdReady(readiness: Readiness): void {
  let released = false;
  readiness.register('launcher', () => (released ? null : 'the launcher is still setting up'));
  process.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'release') {
      released = true;
    }
  });
}
