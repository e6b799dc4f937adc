import { Publisher, read } from '../support/publisher';
import { Stack } from '../support/stack';

const PROMISE_MS = 1_000;

/** Reads without pause on one gateway until it refuses; the milliseconds from the acknowledgement to the last good answer. */
async function lastGood(
  gateway: string,
  path: string,
  secret: string,
  acknowledgedMs: () => number | null,
): Promise<number> {
  let lastMs = 0;
  for (;;) {
    const startedMs = performance.now();
    const { status } = await read(gateway, path, secret);
    const since = acknowledgedMs();
    if (status !== 200) return lastMs;
    if (since !== null) {
      lastMs = Math.max(lastMs, startedMs - since);
      if (lastMs > 10 * PROMISE_MS) return lastMs;
    }
  }
}

describe('on two gateways', () => {
  let stack: Stack;
  let publisher: Publisher;

  beforeAll(async () => {
    stack = await Stack.start({ gateways: 2 });
    publisher = new Publisher(stack.url, stack.adminKey);
  }, 60_000);
  afterAll(() => stack?.stop());

  /** Warms every gateway, makes the change through the first, and gives the time of the last good answer of each. */
  async function timesUntilRefused(
    path: string,
    secret: string,
    change: () => Promise<{ status: number }>,
  ): Promise<number[]> {
    for (const gateway of stack.gateways) expect((await read(gateway, path, secret)).status).toBe(200);
    let acknowledgedMs: number | null = null;
    const watching = stack.gateways.map((gateway) => lastGood(gateway, path, secret, () => acknowledgedMs));
    expect((await change()).status).toBeLessThan(300);
    acknowledgedMs = performance.now();
    return await Promise.all(watching);
  }

  const changes = ['revoke', 'unassign', 'deactivate'] as const;

  it.each(changes)(
    'what a %s ends is refused within a second, and works again once it is made good',
    async (change) => {
      const { api, tokenId, secret } = await publisher.publish(`By ${change}`, 'csv', 'a\n1\n');
      const requests = {
        revoke: () => publisher.call('POST', `/tokens/${tokenId}/revoke`),
        unassign: () => publisher.call('DELETE', `/apis/${api.id}/tokens/${tokenId}`),
        deactivate: () => publisher.call('POST', `/apis/${api.id}/deactivate`),
      };
      const times = await timesUntilRefused(api.path, secret, requests[change]);
      console.info(
        `${change}: last good answer ${times.map((ms) => `${ms.toFixed(1)} ms`).join(' and ')} after the acknowledgement`,
      );
      for (const ms of times) expect(ms).toBeLessThan(PROMISE_MS);

      const again = change === 'revoke' ? await publisher.token('Again') : { secret, token: { id: tokenId } };
      if (change !== 'deactivate') await publisher.assign(api.id, again.token.id);
      else expect((await publisher.call('POST', `/apis/${api.id}/activate`)).status).toBe(200);
      const deadline = performance.now() + PROMISE_MS;
      for (const gateway of stack.gateways) {
        let status = 0;
        while (status !== 200 && performance.now() < deadline)
          ({ status } = await read(gateway, api.path, again.secret));
        expect(status).toBe(200);
      }
    },
  );
});
