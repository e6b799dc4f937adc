import fc from 'fast-check';
import { packCommits, unpackCommits } from './packed-commits';

const commits = fc
  .array(
    fc.record({
      seq: fc.integer({ min: 1, max: 1_000 }),
      atMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      rows: fc.nat(20_000),
    }),
  )
  .map((steps) => {
    let [seq, atMs] = [0, 1_700_000_000_000];
    return steps.map((step) => {
      seq += step.seq;
      atMs += step.atMs;
      return { seq, atMs, rows: step.rows };
    });
  });

describe('packed commits', () => {
  it('unpack to what was packed, whatever their steps are', () => {
    fc.assert(fc.property(commits, (some) => expect(unpackCommits(packCommits(some))).toEqual(some)));
  });

  it('take five bytes each where one row comes every few seconds', () => {
    const some = Array.from({ length: 1_000 }, (_, index) => ({ seq: index + 1, atMs: index * 3_000, rows: 1 }));
    expect(packCommits(some).length).toBeLessThan(5_100);
  });
});
