import { countWhile } from '@sluice/runtime/count-while';
import type { RankSet } from './rank-set';
import { type Comparison, type RowCondition, testOf } from './row-condition';
import { type RankKey, type RowOrder, SmallestNumbers } from './row-order';
import { rankEnd } from './sorted-column';

/** The rows that are looked for: the first `count` in an order, behind a row or from the beginning on. */
export interface Wanted {
  condition: RowCondition;
  order: RowOrder;
  /** Positions are below. */
  end: number;
  isThere: (position: number) => boolean;
  after: number | null;
  count: number;
  /** All rows that meet the condition are counted, wherever they are. */
  counts: boolean;
}

export interface Found {
  /** In the order that was asked for. */
  positions: number[];
  /** Null where they were not counted. */
  total: number | null;
}

/** Looking at so many rows takes some milliseconds, in which nobody else is served; more are left to the engine's threads. */
export const MAX_LOOKS = 250_000;
/** A look asks so many things of a row in the time that is reckoned with. */
const USUAL_SIZE = 4;
/** A way that was misjudged may take so many times more. */
const PATIENCE = 2;

/** Tells how many looks may be taken, each of which asks `size` things of a row. */
export function mostLooks(size: number): number {
  return (MAX_LOOKS * USUAL_SIZE) / Math.max(USUAL_SIZE, size);
}

/** Finds rows by what columns know of them, with a few hundred thousand looks at most; null where it would take more. */
export function findRows(wanted: Wanted): Found | null {
  const { condition, order, end, counts } = wanted;
  const driver = rarest(condition);
  const gathered = driver ? driver.rows : end;
  const walked = counts ? Number.POSITIVE_INFINITY : Math.min(end, wanted.count / condition.share);
  if (Math.min(gathered, walked) > mostLooks(condition.size + order.keys.length)) return null;
  const search = new RowSearch(wanted);
  if (gathered <= walked) search.gather(driver);
  else if (order.keys[0]) search.walkColumn(order.keys[0]);
  else search.walkRows();
  return search.found(gathered <= walked);
}

/** Finds the comparison that the fewest rows meet. */
export function rarest({ comparisons }: RowCondition): Comparison | undefined {
  return [...comparisons].sort((a, b) => a.rows - b.rows)[0];
}

/** From this part of all rows on, they are read faster in their own order than in that of their values. */
const MANY = 0.25;

/** Visits all rows that one comparison is true for, or every row where that are most of them; some may be beyond the end. */
export function eachCandidate(driver: Comparison | undefined, end: number, visit: (position: number) => void): void {
  if (!driver || (driver.rows > end * MANY && end <= MAX_LOOKS)) {
    for (let position = 0; position < end; position++) visit(position);
    return;
  }
  const { order, starts } = driver.column;
  for (const { from, to } of driver.ranks.ranges) {
    const stop = starts[to] as number;
    for (let at = starts[from] as number; at < stop; at++) visit(order[at] as number);
  }
}

class RowSearch {
  private readonly test: (position: number) => boolean;
  private readonly smallest: SmallestNumbers;
  /** Rows up to this number are before the page. */
  private readonly begin: number;
  private total = 0;
  private behind = 0;
  private looksLeft: number;

  constructor(private readonly wanted: Wanted) {
    const { condition, order, after, count } = wanted;
    this.looksLeft = PATIENCE * mostLooks(condition.size + order.keys.length);
    this.test = testOf(condition);
    this.smallest = new SmallestNumbers(count);
    this.begin = after === null ? -1 : order.numberOf(after);
  }

  found(isCounted: boolean): Found | null {
    if (this.looksLeft < 0) return null;
    const { order } = this.wanted;
    const positions = Array.from(this.smallest.ascending(), (number) => order.positionOf(number));
    return { positions, total: isCounted ? this.total : null };
  }

  /** Looks at all rows that may be meant: how many they are is known before. */
  gather(driver: Comparison | undefined): void {
    this.looksLeft = Number.POSITIVE_INFINITY;
    eachCandidate(driver, this.wanted.end, (position) => this.look(position));
  }

  /** Looks at rows as they stand, until there are enough. */
  walkRows(): void {
    const { after, end, count } = this.wanted;
    for (let position = after === null ? 0 : after + 1; position < end && this.behind < count; position++) {
      this.look(position);
      if (this.looksLeft < 0) return;
    }
  }

  /** Looks at rows in the order of a column's values, until there are enough. */
  walkColumn({ column, descending }: RankKey): void {
    const { condition, order, after, count } = this.wanted;
    const { order: rows, starts, ranks } = column;
    const isOnly = order.keys.length === 1;
    const sets = condition.comparisons.filter((comparison) => comparison.column === column).map((each) => each.ranks);
    const afterRank = after === null ? undefined : (ranks[after] as number);
    const first = Math.max(0, ...sets.map(firstOf), descending ? 0 : (afterRank ?? 0));
    const last = Math.min(
      rankEnd(column) - 1,
      ...sets.map(lastOf),
      descending ? (afterRank ?? rankEnd(column)) : rankEnd(column),
    );
    const [begin, end, step] = descending ? [last, first - 1, -1] : [first, last + 1, 1];
    for (let rank = begin; (end - rank) * step > 0 && this.behind < count; rank += step) {
      const stop = starts[rank + 1] as number;
      let at = starts[rank] as number;
      if (isOnly && rank === afterRank) at = countWhile(stop, (index) => (rows[index] as number) <= (after ?? -1), at);
      // With more keys, those of one value are all looked at: the others decide among them.
      for (; at < stop && !(isOnly && this.behind === count); at++) {
        this.look(rows[at] as number);
        if (this.looksLeft < 0) return;
      }
    }
  }

  private look(position: number): void {
    this.looksLeft--;
    const { end, isThere, order } = this.wanted;
    if (position >= end || !this.test(position) || !isThere(position)) return;
    this.total++;
    const number = order.numberOf(position);
    if (number <= this.begin) return;
    this.behind++;
    this.smallest.add(number);
  }
}

function firstOf({ ranges }: RankSet): number {
  return ranges[0]?.from ?? Number.POSITIVE_INFINITY;
}

function lastOf({ ranges }: RankSet): number {
  return (ranges.at(-1)?.to ?? 0) - 1;
}
