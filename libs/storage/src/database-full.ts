/** The code of MongoDB's error OutOfDiskSpace: nothing was written. */
const OUT_OF_DISK_SPACE = 14_031;

/** The disk of MongoDB has no room for a write, as libs/messaging reads it: by code and detail. */
export class DatabaseFull extends Error {
  readonly code = 'storage_full';
  readonly detail = 'the disk of the database is full: free space on it';
}

/** Tells whether MongoDB refused a write because its disk is full. */
export function isDatabaseFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === OUT_OF_DISK_SPACE;
}
