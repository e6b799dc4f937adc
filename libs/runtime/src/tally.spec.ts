import { Tally } from './tally';

describe('what callers hold', () => {
  it('is counted for each of them, and nothing once they have given it back', () => {
    const held = new Tally();
    held.add('a');
    held.add('a', 10);
    held.add('b');
    expect([held.of('a'), held.of('b'), held.of('c')]).toEqual([11, 1, 0]);
    held.remove('a', 10);
    held.remove('b');
    expect([held.of('a'), held.of('b')]).toEqual([1, 0]);
    held.remove('b');
    held.add('b');
    expect(held.of('b')).toBe(1);
  });
});
