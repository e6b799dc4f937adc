import type { Aggregate } from '@sluice/contracts/catalogue/row-groups';
import { decimalText, doubleText } from '../engine/number-text';
import type { AskedColumns } from '../indexes/asked-columns';
import { DoubleSums, WholeSums } from '../indexes/exact-sums';
import { MAX_LOOKS } from '../indexes/find-rows';
import type { SortedColumn } from '../indexes/sorted-column';
import { SortedNumbers } from '../indexes/sorted-values';
import { endOf, type VersionTable } from '../tables/version-table';

/** Sums of one field by group. */
export class GroupSums {
  /** Rows of each group that have a value. */
  private readonly filled: Uint32Array;

  constructor(
    private readonly column: SortedColumn,
    private readonly sums: WholeSums | DoubleSums,
    private readonly scale: number,
    slots: number,
  ) {
    this.filled = new Uint32Array(slots);
  }

  add(slot: number, position: number): void {
    const rank = this.column.ranks[position] as number;
    if (rank === this.column.values.length) return;
    this.filled[slot] = (this.filled[slot] as number) + 1;
    this.sums.add(slot, rank);
  }

  /** Null where no row of the group has a value, and where the sum is no number that JSON can write. */
  of(slot: number): bigint | number | null {
    if (this.filled[slot] === 0) return null;
    const sum = this.sums.of(slot);
    return typeof sum === 'number' && !Number.isFinite(sum) ? null : sum;
  }

  jsonOf(slot: number): string {
    const sum = this.of(slot);
    if (sum === null) return 'null';
    return typeof sum === 'bigint' ? decimalText(sum, this.scale) : doubleText(sum);
  }
}

/** Makes the sums that are asked for, by their names; null where one of them needs the engine. */
export function sumsOf(
  table: VersionTable,
  aggregates: readonly Aggregate[],
  asked: AskedColumns,
  slots: number,
): Map<string, GroupSums> | null {
  const sums = new Map<string, GroupSums>();
  for (const { field: path, name } of aggregates) {
    if (path === undefined) continue;
    const field = table.fields.find((each) => each.name === path);
    const column = asked.column(path);
    if (!field || !(column?.values instanceof SortedNumbers) || column.values.length > MAX_LOOKS) return null;
    const unit = table.units?.get(path);
    const { doubles } = column.values;
    const added =
      field.type === 'integer' || field.type === 'decimal'
        ? WholeSums.of(slots, doubles, endOf(table))
        : field.type === 'number' && unit !== undefined
          ? new DoubleSums(slots, doubles, unit)
          : null;
    if (!added) return null;
    sums.set(name, new GroupSums(column, added, field.scale ?? 0, slots));
  }
  return sums;
}
