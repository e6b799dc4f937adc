import fc from 'fast-check';
import { LiveRows } from './live-rows';

describe('rows past positions that have none', () => {
  it('are counted, found and run through as if every position were looked at', () => {
    const gaps = fc.uniqueArray(fc.nat(60), { maxLength: 50 }).map((gone) => gone.sort((a, b) => a - b));
    fc.assert(
      fc.property(gaps, fc.nat(70), fc.nat(20), (gone, first, count) => {
        const rows = new LiveRows({ gaps: { allSql: '', end: 61, positions: Uint32Array.from(gone) } });
        const live = Array.from({ length: 200 }, (_, position) => position).filter((each) => !gone.includes(each));
        const runs = rows.runs(first, count);
        const found = runs.flatMap((run) => Array.from({ length: run.count }, (_, nth) => run.position + nth));
        expect(found).toEqual(live.slice(first, first + count));
        expect(runs.every((run, nth) => run.position > (found[nth - 1] ?? -1))).toBe(true);
        expect(rows.has(first)).toBe(live.includes(first));
        expect(rows.below(first)).toBe(live.filter((each) => each < first).length);
      }),
    );
  });
});
