import { setTimeout as pause } from 'node:timers/promises';
import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LIFE_MS = 5_000;
const TOLERANCE_MS = 50;
const AFTERWARDS_MS = 500;
/** Between two requests of one watcher. */
const PAUSE_MS = 10;

/** Every gateway believes a proxy on this machine, so that refusals do not add up at one address. */
const env = { SLUICE_TRUSTED_PROXIES: '127.0.0.1' };

describe('with wall clocks that are wrong and are stepped', () => {
  const stepped = ['gateway-2', 'gateway-3', 'catalogue-1', 'registry-1'];
  const stack = useStack({ gateways: 3, stepped, env });
  const publisher = new Publisher(stack);

  it(`a token that expires at T is good until T - ${TOLERANCE_MS} ms and refused from T + ${TOLERANCE_MS} ms on every gateway`, async () => {
    await Promise.all([stack.clock('gateway-2').step(10 * MINUTE_MS), stack.clock('gateway-3').step(-10 * MINUTE_MS)]);
    const { api } = await publisher.publish('Expiring', 'csv', 'a\n1\n');
    const endMs = Date.now() + LIFE_MS;
    const { token, secret } = await publisher.token('Expiring soon', { expiresAt: new Date(endMs).toISOString() });
    await publisher.assign(api.id, token.id);
    let requests = 0;
    const reading = (gateway: string) =>
      read(gateway, api.path, secret, { 'x-forwarded-for': `198.51.${++requests >> 8}.${requests & 255}` });
    for (const gateway of stack.gateways)
      await waitFor('the token to be good', async () => (await reading(gateway)).status === 200);
    const watching = stack.gateways.map(async (gateway) => {
      const seen: { fromMs: number; toMs: number; status: number }[] = [];
      while (Date.now() < endMs + AFTERWARDS_MS) {
        const fromMs = Date.now() - endMs;
        const { status } = await reading(gateway);
        seen.push({ fromMs, toMs: Date.now() - endMs, status });
        await pause(PAUSE_MS);
      }
      return seen;
    });
    await Promise.all([stack.clock('gateway-2').step(HOUR_MS), stack.clock('gateway-3').step(-HOUR_MS)]);
    expect(Date.now()).toBeLessThan(endMs);
    for (const seen of await Promise.all(watching)) {
      const before = seen.filter(({ toMs }) => toMs < -TOLERANCE_MS);
      const after = seen.filter(({ fromMs }) => fromMs > TOLERANCE_MS);
      expect([before.length > 0, after.length > 0]).toEqual([true, true]);
      expect(before.filter(({ status }) => status !== 200)).toEqual([]);
      expect(after.filter(({ status }) => status !== 401)).toEqual([]);
    }
  }, 30_000);

  it.each([HOUR_MS, -2 * HOUR_MS])(
    'a step of %i ms of the services behind the gateways stops no request and loses no change',
    async (stepMs) => {
      await Promise.all([stack.clock('catalogue-1').step(stepMs), stack.clock('registry-1').step(stepMs)]);
      const name = `Stepped ${stepMs}`;
      const { api, secret, tokenId } = await publisher.publish(name, 'csv', 'a\n1\n');
      const sending = await publisher.api({
        name: `${name} in`,
        datasetId: api.datasetId,
        path: api.path,
        method: 'POST',
        active: true,
      });
      await publisher.assign(sending.id, tokenId);
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      for (const [index, gateway] of stack.gateways.entries()) {
        const send = () =>
          answerTo(`${gateway}/api/${api.path}`, { method: 'POST', headers, body: JSON.stringify({ a: index }) });
        await waitFor('the row to be taken', async () => (await send()).status === 201, 2_000);
      }
      for (const gateway of stack.gateways) {
        const rows = async () => (await read(gateway, api.path, secret)).text.match(/"a":/g)?.length;
        await waitFor('all rows', async () => (await rows()) === 1 + stack.gateways.length, 2_000);
      }
    },
    30_000,
  );
});
