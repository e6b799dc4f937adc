import type { Import } from '@sluice/contracts/imports';
import { StreamBroken } from '@sluice/messaging/stream-protocol';
import { isStorageFull, StorageFull } from '../engine/engine';
import { FileRefused } from './file-refused';

/** This process gives the import up: it is stopping, or another one has taken over. */
export class ImportAbandoned extends Error {}

type ImportError = NonNullable<Import['error']>;

export const interrupted: ImportError = {
  code: 'import_interrupted',
  detail: 'The process that imported the file ended. Send the file again.',
  errors: [],
};

/** What the publisher is told about an import that ended with `error`; null for a fault of ours, which is to be logged. */
export function importError(error: unknown): ImportError | null {
  if (error instanceof FileRefused) return { code: error.code, detail: error.message, errors: error.faults };
  if (error instanceof ImportAbandoned) return interrupted;
  if (error instanceof StreamBroken) {
    return { code: 'upload_interrupted', detail: 'The upload ended before the file was complete.', errors: [] };
  }
  if (error instanceof StorageFull || isStorageFull(error)) {
    return { code: 'storage_full', detail: 'There is no space left for the import.', errors: [] };
  }
  return null;
}
