import { rankEnd, type SortedColumn } from './sorted-column';

/** A key of an order: rows are compared by their ranks in a column. */
export interface RankKey {
  column: SortedColumn;
  descending: boolean;
}

/**
 * Numbers the rows below `end` in an order: a row that comes later has a larger number, and a row's position can be read from
 * its number. Where all keys are equal, the position decides.
 */
export class RowOrder {
  private constructor(
    readonly keys: readonly RankKey[],
    private readonly end: number,
  ) {}

  /** Null where the numbers would be beyond those that a double holds exactly. */
  static of(keys: readonly RankKey[], end: number): RowOrder | null {
    const numbers = keys.reduce((product, { column }) => product * rankEnd(column), Math.max(1, end));
    return numbers <= Number.MAX_SAFE_INTEGER ? new RowOrder(keys, end) : null;
  }

  numberOf(position: number): number {
    let number = 0;
    for (const { column, descending } of this.keys) {
      const rank = column.ranks[position] as number;
      const end = column.values.length + 1;
      number = number * end + (descending ? end - 1 - rank : rank);
    }
    return number * this.end + position;
  }

  positionOf(number: number): number {
    return number % this.end;
  }
}

/** Keeps the `count` smallest of many numbers. */
export class SmallestNumbers {
  private readonly numbers: Float64Array;
  private used = 0;
  /** Numbers from here on are not among the smallest any more. */
  private limit = Number.POSITIVE_INFINITY;

  constructor(private readonly count: number) {
    this.numbers = new Float64Array(2 * count);
  }

  add(number: number): void {
    if (number >= this.limit) return;
    this.numbers[this.used++] = number;
    if (this.used === this.numbers.length) this.cut();
  }

  ascending(): Float64Array {
    this.cut();
    return this.numbers.subarray(0, this.used);
  }

  private cut(): void {
    this.numbers.subarray(0, this.used).sort();
    if (this.used < this.count) return;
    this.used = this.count;
    this.limit = this.numbers[this.count - 1] as number;
  }
}
