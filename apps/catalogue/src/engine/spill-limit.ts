import { readFreeBytes } from '@sluice/runtime/free-space';

/** Queries, imports that are converted and work on versions may spill at the same time, two of the second. */
const SHARES = 4;
const LEAST_BYTES = 64 * 1024 ** 2;

/**
 * Gives the bytes that one DuckDB instance may spill to the disk: with all that may, no more than is free above the
 * reserve now. DuckDB's own bound, nine tenths of what is free, would leave MongoDB nothing.
 */
export async function readSpillLimit(directory: string, reserveBytes: number): Promise<number> {
  const free = await readFreeBytes(directory);
  return Math.max(LEAST_BYTES, Math.floor((free - reserveBytes) / SHARES));
}
