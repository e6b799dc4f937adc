import { countWhile } from '@sluice/runtime/count-while';

/** Ranks from `from` on, below `to`. */
export interface RankRange {
  from: number;
  to: number;
}

/** More ranges are searched than looked at one by one. */
const FEW = 4;

/** A set of ranks that is made of a few ranges, to be asked for each of very many rows. */
export class RankSet {
  private readonly first: RankRange;
  private readonly others: readonly RankRange[];

  /** `ranges` are ascending and apart; none of them is empty. */
  private constructor(readonly ranges: readonly RankRange[]) {
    const [first = { from: 0, to: 0 }, ...others] = ranges;
    this.first = first;
    this.others = others;
  }

  /** Makes the set of all ranks that are in any of the ranges. */
  static of(ranges: readonly RankRange[]): RankSet {
    const joined: RankRange[] = [];
    const full = ranges.filter(({ from, to }) => from < to);
    for (const { from, to } of full.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && from <= last.to) last.to = Math.max(last.to, to);
      else joined.push({ from, to });
    }
    return new RankSet(joined);
  }

  /** Makes the set of the ranks below `end` that this one does not have. */
  complement(end: number): RankSet {
    return RankSet.of(
      [...this.ranges, { from: end, to: end }].map(({ from }, index) => ({
        from: index === 0 ? 0 : (this.ranges[index - 1]?.to ?? 0),
        to: from,
      })),
    );
  }

  has(rank: number): boolean {
    if (rank >= this.first.from && rank < this.first.to) return true;
    const { others } = this;
    if (others.length > FEW) return this.hasAmongMany(rank);
    for (const { from, to } of others) if (rank >= from && rank < to) return true;
    return false;
  }

  /** A list of a thousand values is asked for as many rows. */
  private hasAmongMany(rank: number): boolean {
    const { others } = this;
    const range = others[countWhile(others.length, (index) => (others[index] as RankRange).to <= rank)];
    return range !== undefined && rank >= range.from;
  }

  /** Counts the rows that have one of the ranks; the rows of each begin at `starts`. */
  countRows(starts: Uint32Array): number {
    return this.ranges.reduce((sum, { from, to }) => sum + (starts[to] as number) - (starts[from] as number), 0);
  }
}
