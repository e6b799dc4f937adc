import type { Import } from '@sluice/contracts/catalogue/imports';
import { StreamBroken } from '@sluice/messaging/stream-protocol';
import { isDiskFull, MemoryFull, StorageFull } from '../engine/engine-errors';
import { FileRefused } from '../sources/file-refused';

type ImportError = NonNullable<Import['error']>;

export const interrupted: ImportError = {
  code: 'import_interrupted',
  detail: 'The process that imported the file ended. Send the file again.',
  errors: [],
};

export const cancelled: ImportError = {
  code: 'import_cancelled',
  detail: 'The import was cancelled.',
  errors: [],
};

export const expired: ImportError = {
  code: 'import_expired',
  detail: 'Nobody decided about the import in time. Send the file again.',
  errors: [],
};

const MEMORY =
  'The file needs more memory than an import may take. Write it with fewer rows in a group, or with smaller values.';

/** Ends an import that this process gives up: it is stopping, another one has taken over, or it is not wanted any more. */
export class ImportAbandoned extends Error {
  constructor(
    message: string,
    readonly told: ImportError = interrupted,
  ) {
    super(message);
  }
}

/** Words an error for the publisher; null for a fault of ours, which is to be logged. */
export function importError(error: unknown): ImportError | null {
  if (error instanceof FileRefused) return { code: error.code, detail: error.message, errors: error.faults };
  if (error instanceof ImportAbandoned) return error.told;
  if (error instanceof StreamBroken) {
    return { code: 'upload_interrupted', detail: 'The upload ended before the file was complete.', errors: [] };
  }
  if (error instanceof MemoryFull) {
    return { code: 'memory_exceeded', detail: MEMORY, errors: [] };
  }
  if (error instanceof StorageFull || isDiskFull(error)) {
    return { code: 'storage_full', detail: 'There is no space left for the import.', errors: [] };
  }
  return null;
}

/** Tells whether an import ended by what its publisher sent or decided, and not by us. */
export function isOfTheFile({ code }: ImportError): boolean {
  return code !== interrupted.code && code !== 'storage_full';
}
