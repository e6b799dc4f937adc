import { inTurns } from './in-turns';

describe('work in turns', () => {
  function* work(ms: number): Generator<void, string> {
    for (let step = 0; step < ms; step++) {
      const untilMs = performance.now() + 1;
      while (performance.now() < untilMs);
      yield;
    }
    return 'done';
  }

  it('lets others have the event loop again and again, and gives its result', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    try {
      expect(await inTurns(work(100))).toBe('done');
    } finally {
      clearInterval(others);
    }
    expect(turns).toBeGreaterThan(3);
  });

  it('fails as the work does', async () => {
    await expect(inTurns(failing())).rejects.toThrow('no more');
  });
});

function* failing(): Generator<void> {
  yield;
  throw new Error('no more');
}
