import { countWhile } from '@sluice/runtime/count-while';
import type { VersionTable } from '../tables/version-table';

const none = new Uint32Array();

/** Counts the rows of a snapshot past the positions that have none: a search, at any depth. */
export class LiveRows {
  private readonly gone: Uint32Array;

  constructor({ gaps }: Pick<VersionTable, 'gaps'>) {
    this.gone = gaps?.positions ?? none;
  }

  has(position: number): boolean {
    return this.gone[this.goneBelow(position)] !== position;
  }

  /** Counts the rows below a position. */
  below(position: number): number {
    return position - this.goneBelow(position);
  }

  /** Runs of positions without gaps: `count` rows from the one numbered `first` on. */
  runs(first: number, count: number): { position: number; count: number }[] {
    const runs: { position: number; count: number }[] = [];
    let gap = this.gapsBefore(first);
    for (let left = count, position = first + gap; left > 0; ) {
      while (this.gone[gap] === position) {
        gap++;
        position++;
      }
      const room = (this.gone[gap] ?? Number.POSITIVE_INFINITY) - position;
      const run = { position, count: Math.min(left, room) };
      runs.push(run);
      left -= run.count;
      position += run.count;
    }
    return runs;
  }

  /** Counts the positions without a row before the row numbered `row`. */
  private gapsBefore(row: number): number {
    return countWhile(this.gone.length, (index) => (this.gone[index] ?? 0) - index <= row);
  }

  private goneBelow(position: number): number {
    return countWhile(this.gone.length, (index) => (this.gone[index] ?? 0) < position);
  }
}
