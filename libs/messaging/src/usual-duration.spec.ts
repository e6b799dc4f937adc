import { UsualDuration } from './usual-duration';

const told = (times: readonly number[]) => {
  const usual = new UsualDuration();
  for (const ms of times) usual.add(ms);
  return usual.p99Ms;
};

describe('what something usually takes', () => {
  it('is not known of fewer than twenty', () => {
    expect(told(Array(19).fill(5))).toBeNull();
    expect(told(Array(20).fill(5))).toBe(5);
  });

  it('leaves the slowest of a hundred out', () => {
    expect(told([...Array(127).fill(2), 900])).toBe(2);
    expect(told([...Array(120).fill(2), ...Array(8).fill(900)])).toBe(900);
  });

  it('forgets what was 256 times ago', () => {
    expect(told([...Array(256).fill(900), ...Array(256).fill(3)])).toBe(3);
  });
});
