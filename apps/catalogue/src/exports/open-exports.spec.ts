import { ServiceError } from '@sluice/messaging/service-error';
import { requestScope } from '@sluice/runtime/request-scope';
import { OpenExports } from './open-exports';

const MIB = 1024 ** 2;

describe('exports that are open', () => {
  let nowMs: number;
  let exports: OpenExports;

  beforeEach(() => {
    nowMs = 0;
    exports = new OpenExports({ most: 8, each: 2, bytes: 64 * MIB, monotonicMs: () => nowMs });
  });

  const enter = (id: string) =>
    requestScope.run({ requestId: 'req', actor: { kind: 'token', id, name: id, address: '127.0.0.1' } }, () =>
      exports.enter(),
    );

  function refusal(id: string): ServiceError {
    try {
      enter(id);
    } catch (error) {
      if (error instanceof ServiceError) return error;
    }
    throw new Error('not refused');
  }

  it('are so many of one caller, and leave room to others', () => {
    enter('a');
    const close = enter('a');
    expect(refusal('a')).toMatchObject({ code: 'overloaded', detail: 'exports of one caller at a time: 2' });
    enter('b');
    close();
    enter('a');
  });

  it('are so many of all, and who is refused is told when one has probably ended', () => {
    const opened = ['a', 'b', 'c', 'd'].flatMap((id) => [enter(id), enter(id)]);
    expect(refusal('e')).toMatchObject({ detail: 'exports at a time: 8', retryAfterSeconds: 1 });
    nowMs = 400_000;
    for (const close of opened) close();
    for (const id of ['a', 'b', 'c', 'd']) opened.push(enter(id), enter(id));
    const { retryAfterSeconds = 0 } = refusal('e');
    expect(retryAfterSeconds).toBeGreaterThan(20);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('have the smaller slices the more they are: what waits for slow readers is bounded for all together', () => {
    enter('a');
    expect(exports.sliceBytes()).toBe(8 * MIB);
    for (const id of ['a', 'b', 'c', 'd']) {
      enter(id);
      if (id !== 'a') enter(id);
    }
    expect(exports.sliceBytes()).toBe(4 * MIB);
  });
});
