import { PassThrough } from 'node:stream';
import { openSendRules } from '@sluice/contracts/send-rules';
import type { FastifyRequest } from 'fastify';
import { SendBodies } from './send-body';

const request = (body: PassThrough) => ({ headers: { 'content-type': 'text/csv' }, body }) as unknown as FastifyRequest;

describe('the body of a send', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('has a minute, however steadily it trickles', async () => {
    const body = new PassThrough();
    const using = new SendBodies().use(request(body), openSendRules, async () => 'done');
    const refused = expect(using).rejects.toMatchObject({ code: 'request_timeout' });
    for (let second = 0; second < 60; second++) {
      body.write('x');
      await jest.advanceTimersByTimeAsync(1_000);
    }
    await refused;
  });

  it('may be worked with for longer than it took to come', async () => {
    const body = new PassThrough();
    body.end('a\n1\n');
    let finish = (_: string) => {};
    const working = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const using = new SendBodies().use(request(body), openSendRules, () => working);
    await jest.advanceTimersByTimeAsync(120_000);
    finish('done');
    expect(await using).toBe('done');
  });
});
