import type { SortedValues } from './sorted-values';

/** The values of a field in order, and which rows have them, for the first `covered` positions of a table. */
export interface SortedColumn {
  values: SortedValues;
  /** The rank of each row's value among the different ones; that of null is behind all others. */
  ranks: Uint32Array;
  /** Positions of rows by their rank, then by themselves. */
  order: Uint32Array;
  /** Where the rows of each rank begin in `order`, and where those of the last one end. */
  starts: Uint32Array;
  covered: number;
}

/** The ranks of a column are below it, that of null among them. */
export function rankEnd({ values }: SortedColumn): number {
  return values.length + 1;
}

export function bytesOf({ values, ranks, order, starts }: SortedColumn): number {
  return values.bytes + ranks.byteLength + order.byteLength + starts.byteLength;
}
