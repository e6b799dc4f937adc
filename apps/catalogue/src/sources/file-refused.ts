import type { ErrorCode } from '@sluice/contracts/errors';
import type { Fault } from '@sluice/contracts/fault';

/** At most this many faults of one file are told; mended, it is sent again. */
export const MAX_FAULTS = 20;

/** Tells the publisher why a file cannot become a version; so it never holds a path or a driver's text. */
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
