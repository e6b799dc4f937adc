import type { Growth } from './growth-cost';

/** Of the cost of the smallest size. */
const GOAL = 1.3;

/** Prints the cost at each size and how it grew from the smallest to the largest. */
export function printGrowth(growths: readonly Growth[]): void {
  for (const { of, work, costs } of growths) {
    const all = [...costs].sort(([one], [other]) => one - other);
    const [first, last] = [all[0]?.[1], all.at(-1)?.[1]];
    const ratio = (last?.us ?? Number.NaN) / (first?.us ?? Number.NaN);
    const time = (last?.p50Ms ?? Number.NaN) / (first?.p50Ms ?? Number.NaN);
    const cells = all.map(
      ([size, { us, p50Ms }]) => `${size.toLocaleString('en')}: ${short(us)} us, ${short(p50Ms)} ms`,
    );
    const verdict = ratio <= GOAL ? '' : `  exceeds ${GOAL}`;
    console.log(`${of}, ${work}: ${cells.join(' | ')} | ${ratio.toFixed(2)} times (time ${time.toFixed(2)})${verdict}`);
  }
}

function short(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString('en') : value.toPrecision(2);
}
