/** A run of rows as JSON texts, separated by commas; `ends` holds where each one ends. */
export interface RowBlock {
  bytes: Buffer;
  ends: Uint32Array;
}

/** A comma, as it stands between two rows. */
export const COMMA = Buffer.from(',');

/** Cuts rows `from` to `to` out of a block, both included. */
export function rowsOf({ bytes, ends }: RowBlock, from: number, to: number): Buffer {
  return bytes.subarray(startOf(ends, from), ends[to] ?? bytes.length);
}

/** Finds where a row begins. */
export function startOf(ends: Uint32Array, row: number): number {
  return row === 0 ? 0 : (ends[row - 1] ?? 0) + COMMA.length;
}

/** Puts the rows of one block behind those of another. */
export function joinBlocks(first: RowBlock, second: RowBlock): RowBlock {
  const shift = first.bytes.length + COMMA.length;
  const ends = new Uint32Array(first.ends.length + second.ends.length);
  ends.set(first.ends);
  ends.set(
    second.ends.map((end) => end + shift),
    first.ends.length,
  );
  return { bytes: Buffer.concat([first.bytes, COMMA, second.bytes]), ends };
}
