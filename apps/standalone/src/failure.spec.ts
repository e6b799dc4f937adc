import { Failure } from './failure';

const killed = { code: null, signal: 'SIGKILL', lastWords: '' } as const;
const damaged = { code: 14, signal: null, lastWords: 'ended with 14', remedy: 'put the backup in its place' } as const;

describe('the end of a part', () => {
  test('with an error while the installation starts is its end, in the words of the part', async () => {
    const failure = new Failure('/logs');
    expect(failure.notice('tokens-1', killed, 100)).toBe(false);
    expect(failure.notice('tokens-1', { code: 1, signal: null, lastWords: 'no such host' }, 100)).toBe(true);
    await expect(failure.promise).rejects.toThrow('tokens-1 did not start: no such host');
  });

  test('later is mended by another start, whatever the error', () => {
    const failure = new Failure('/logs');
    failure.started();
    expect(failure.notice('tokens-1', { code: 1, signal: null, lastWords: 'no such host' }, 10_000)).toBe(false);
  });

  test('that another start cannot mend ends the installation at the third time, with what to do', async () => {
    const failure = new Failure('/logs');
    failure.started();
    expect([100, 200, 400].map((delayMs) => failure.notice('mongo', damaged, delayMs))).toEqual([false, false, true]);
    await expect(failure.promise).rejects.toThrow(/^put the backup in its place$/);
  });
});
