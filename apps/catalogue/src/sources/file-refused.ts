import type { ErrorCode } from '@sluice/contracts/errors';
import type { Fault } from '@sluice/contracts/fault';

/** At most this many faults of one file are told; who mends them sends it again. */
export const MAX_FAULTS = 20;

/** The file cannot become a version, and why: said to the publisher, so it never holds a path or a driver's text. */
export class FileRefused extends Error {
  constructor(
    message: string,
    readonly faults: Fault[] = [],
    readonly code: ErrorCode = 'invalid_file',
  ) {
    super(message);
  }
}

/** Refuses the file for one reason at one place. */
export function refuseFile(code: string, detail: string, place: Pick<Fault, 'line' | 'column' | 'name'> = {}): never {
  throw new FileRefused(detail, [{ in: 'file', ...place, code, detail }]);
}
