import { statfs } from 'node:fs/promises';

const MIB = 1024 ** 2;

/** So much stays free on a disk for what is there already, unless a setting says otherwise. */
export const DEFAULT_RESERVE_BYTES = 512 * MIB;

/** Measures what an ordinary user may still write on the disk that holds a directory. */
export async function readFreeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** Says in a sentence that a disk has less than is needed; null when it has enough. */
export function describeLack(disk: string, freeBytes: number, neededBytes: number): string | null {
  if (freeBytes >= neededBytes) return null;
  return `the disk of ${disk} is full: ${inMib(freeBytes)} are free, and ${inMib(neededBytes, Math.ceil)} are needed`;
}

function inMib(bytes: number, round = Math.floor): string {
  return `${round(bytes / MIB)} MiB`;
}
