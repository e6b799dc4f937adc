import { FairQueue, type Lane, QueueFull, TurnTooLate } from './fair-queue';

const limits = { running: { quick: 1, scan: 2 }, each: { quick: 1, scan: 1 }, waiting: 10, waitingEach: 5 };

/** Work that ends when the test says so, and tells when it began. */
function pieces(queue: FairQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (
    caller: string,
    name: string,
    lane: Lane = 'scan',
    more: { withinMs?: number; signal?: AbortSignal; of?: string } = {},
  ) =>
    queue.run(
      () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      },
      { lane, caller, ...more },
    );
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, start, end };
}

describe('the queue of queries', () => {
  it('gives turns to callers: one with many pieces delays another by none of those that wait', async () => {
    const { begun, start, end } = pieces(new FairQueue('of a test', { ...limits, each: { quick: 1, scan: 2 } }));
    const all = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => start('a', name));
    all.push(start('b', 'b1'), start('b', 'b2'));
    expect(begun).toEqual(['a1', 'a2']);
    await end('a1');
    await end('a2');
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1']);
    await end('b1');
    await end('a3');
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'a4', 'b2']);
    for (const name of ['a4', 'b2', 'a5']) await end(name);
    await Promise.all(all);
  });

  it('gives the turns of one caller to what it reads: a hundred heavy queries of one version delay another by one', async () => {
    const { begun, start, end } = pieces(new FairQueue('of a test', limits));
    const all = ['a1', 'a2', 'a3', 'a4'].map((name) => start('a', name, 'scan', { of: 'heavy' }));
    all.push(start('a', 'b1', 'scan', { of: 'light' }));
    for (const name of ['a1', 'a2', 'b1', 'a3', 'a4']) await end(name);
    await Promise.all(all);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
  });

  it('lets one caller take a part of the places, so that another begins at once', async () => {
    const { begun, start, end } = pieces(new FairQueue('of a test', limits));
    const all = [start('a', 'a1'), start('a', 'a2'), start('b', 'b1')];
    expect(begun).toEqual(['a1', 'b1']);
    for (const name of ['a1', 'b1', 'a2']) await end(name);
    await Promise.all(all);
    expect(begun).toEqual(['a1', 'b1', 'a2']);
  });

  it('has a lane for what is short: it never waits behind scans', async () => {
    const { begun, start, end } = pieces(new FairQueue('of a test', limits));
    const all = [start('a', 'scan 1'), start('b', 'scan 2'), start('c', 'scan 3'), start('c', 'page', 'quick')];
    expect(begun).toEqual(['scan 1', 'scan 2', 'page']);
    for (const name of ['scan 1', 'scan 2', 'page', 'scan 3']) await end(name);
    await Promise.all(all);
  });

  it('forgets what nobody waits for any more: given up, or too late', async () => {
    const { begun, start, end } = pieces(new FairQueue('of a test', limits));
    const first = start('a', 'a1');
    const given = new AbortController();
    const gone = expect(start('a', 'a2', 'scan', { signal: given.signal })).rejects.toThrow('gone');
    const late = expect(start('a', 'a3', 'scan', { withinMs: 10 })).rejects.toThrow(TurnTooLate);
    const last = start('a', 'a4');
    given.abort(new Error('gone'));
    await Promise.all([gone, late]);
    await end('a1');
    expect(begun).toEqual(['a1', 'a4']);
    await end('a4');
    await Promise.all([first, last]);
  });

  it('is full for a caller that has its part of the line, and not for others', async () => {
    const { start, end, begun } = pieces(new FairQueue('of a test', { ...limits, waitingEach: 1 }));
    const all = [start('a', 'a1'), start('a', 'a2')];
    await expect(start('a', 'a3')).rejects.toThrow(QueueFull);
    all.push(start('b', 'b1'), start('b', 'b2'));
    for (const name of ['a1', 'b1', 'a2', 'b2']) await end(name);
    await Promise.all(all);
    expect(begun).toHaveLength(4);
  });
});
