import { Logger } from '@nestjs/common';
import { Ticker } from './ticker';

describe('a ticker', () => {
  let turns: number;
  let ticker: Ticker;
  const start = (turn: () => void | Promise<void>, atOnce = false) => {
    ticker = new Ticker({ name: 'test', everyMs: 100, atOnce, turn });
    ticker.start();
  };
  const count = () => {
    turns++;
  };

  beforeEach(() => {
    turns = 0;
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => jest.useRealTimers());

  it('takes its first turn after one period, and then one in each', async () => {
    start(count);
    await jest.advanceTimersByTimeAsync(99);
    expect(turns).toBe(0);
    await jest.advanceTimersByTimeAsync(201);
    expect(turns).toBe(3);
  });

  it('takes its first turn at once when it is told to', () => {
    start(count, true);
    expect(turns).toBe(1);
  });

  it('takes no turn while another is at work', async () => {
    let end = () => {};
    start(() => {
      count();
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    await jest.advanceTimersByTimeAsync(500);
    expect(turns).toBe(1);
    end();
    await jest.advanceTimersByTimeAsync(100);
    expect(turns).toBe(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no luck');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no luck'))],
  ])('logs a turn that %s and takes the next one', async (_, fail) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    start(() => {
      count();
      return fail();
    });
    await jest.advanceTimersByTimeAsync(200);
    expect(turns).toBe(2);
    expect(warn).toHaveBeenCalledWith('Error: no luck');
    warn.mockRestore();
  });

  it('takes no turn after a stop, which waits for the one at work', async () => {
    let end = () => {};
    start(() => {
      count();
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    await jest.advanceTimersByTimeAsync(100);
    let isStopped = false;
    const stopped = ticker.stop().then(() => {
      isStopped = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isStopped).toBe(false);
    end();
    await stopped;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(turns).toBe(1);
  });

  it('stops although a turn never ends', async () => {
    start(() => new Promise<void>(() => {}), true);
    const stopped = ticker.stop();
    await jest.advanceTimersByTimeAsync(5_000);
    await stopped;
  });

  it('stops although it was never started', async () => {
    await new Ticker({ name: 'test', everyMs: 100, turn: count }).stop();
  });
});
