import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const DELAY_MS = 6_000;

describe('a gateway that is told to stop', () => {
  const stack = useStack({ gateways: 2, env: { SLUICE_STOP_DELAY_MS: String(DELAY_MS) } });
  const publisher = new Publisher(stack);

  it('is not ready any more, and answers what proxies still send it until they have noticed', async () => {
    const { secret } = await publisher.publish('Rows', 'csv', 'id\n1\n');
    const [first = '', leaving = ''] = stack.gateways;
    await waitFor('the rows', async () => (await read(leaving, 'rows', secret)).status === 200);
    process.kill(stack.pid('gateway-2') ?? 0, 'SIGTERM');
    const readiness = () => answerTo(`${leaving}/health/ready`).then(({ status }) => status);
    await waitFor('it to say that it stops', async () => (await readiness()) === 503);
    let reads = 0;
    const untilMs = performance.now() + DELAY_MS / 4;
    while (performance.now() < untilMs) {
      // New connections each, as from a proxy that keeps none.
      expect((await read(leaving, 'rows', secret, { connection: 'close' })).status).toBe(200);
      reads++;
    }
    expect(reads).toBeGreaterThan(3);
    await waitFor(
      'its end',
      () =>
        readiness().then(
          () => false,
          () => true,
        ),
      2 * DELAY_MS,
    );
    expect((await read(first, 'rows', secret)).status).toBe(200);
  });
});
