import { PassThrough } from 'node:stream';
import { readBody } from './limited-body';

describe('a body that is read', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  const limits = { maxBytes: 100, timeoutMs: 60_000 };

  it('ends when nothing comes for 5 s, however much came before', async () => {
    const body = new PassThrough();
    const reading = expect(readBody(body, limits)).rejects.toMatchObject({ code: 'request_timeout' });
    body.write('x');
    await jest.advanceTimersByTimeAsync(4_000);
    body.write('x');
    await jest.advanceTimersByTimeAsync(4_900);
    expect(body.destroyed).toBe(false);
    await jest.advanceTimersByTimeAsync(200);
    await reading;
  });

  it('ends as soon as it is too large, and leaves the rest to be read over', async () => {
    const body = new PassThrough();
    const reading = expect(readBody(body, limits)).rejects.toMatchObject({ code: 'payload_too_large' });
    body.write('x'.repeat(99));
    body.write('xx');
    await reading;
    body.end('rest');
    expect(await body.toArray()).toEqual([Buffer.from('rest')]);
  });

  it('is told of byte by byte, and no more once it is late', async () => {
    const body = new PassThrough();
    let told = 0;
    const onBytes = (bytes: number) => {
      told += bytes;
    };
    const reading = expect(readBody(body, { ...limits, timeoutMs: 1_000, onBytes })).rejects.toMatchObject({
      code: 'request_timeout',
    });
    body.write('xxx');
    await jest.advanceTimersByTimeAsync(1_000);
    await reading;
    body.write('xxx');
    await jest.advanceTimersByTimeAsync(10);
    expect(told).toBe(3);
  });
});
