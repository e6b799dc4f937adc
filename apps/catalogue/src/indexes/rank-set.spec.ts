import fc from 'fast-check';
import { RankSet } from './rank-set';

const END = 200;
const range = fc.tuple(fc.nat(END), fc.nat(12)).map(([from, length]) => ({ from, to: Math.min(END, from + length) }));

describe('a set of ranks', () => {
  it('has the ranks of all its ranges, few or many, and its complement all others', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), (ranges) => {
        const set = RankSet.of(ranges);
        const others = set.complement(END);
        for (let rank = 0; rank < END; rank++) {
          const isIn = ranges.some(({ from, to }) => rank >= from && rank < to);
          expect([set.has(rank), others.has(rank)]).toEqual([isIn, !isIn]);
        }
      }),
    );
  });
});
