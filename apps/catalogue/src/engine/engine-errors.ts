import { isDatabaseFull } from '@sluice/storage/database-full';

/** Tells that a query ran longer than its limit and was interrupted. */
export class QueryTimeout extends Error {}

/** Tells that no space was left on the disk, or that DuckDB may not take more of it. */
export class StorageFull extends Error {}

/** Tells that the work needs more memory than DuckDB may take. */
export class MemoryFull extends Error {}

/** Tells that DuckDB gave its instance up, because of this statement or of another one. It is opened anew. */
export class InstanceLost extends Error {
  constructor(
    /** This statement was it: said again, it would be so again. */
    readonly isCause: boolean,
    options: ErrorOptions,
  ) {
    super('DuckDB gave up the instance', options);
  }
}

/** Says what an error of DuckDB or of the system means; one that is none of these stays as it is. */
export function explain(error: unknown): unknown {
  const text = String(error);
  if (isDiskFull(error)) return new StorageFull('no space left for the query', { cause: error });
  if (/Out of Memory Error/i.test(text)) return new MemoryFull('no memory left for the query', { cause: error });
  if (/INTERNAL Error/i.test(text)) return new InstanceLost(true, { cause: error });
  if (/FATAL Error/i.test(text)) return new InstanceLost(false, { cause: error });
  return error;
}

const OUT_OF_SPACE = ['ENOSPC', 'EDQUOT'];

/** True for the ways in which the operating system, MongoDB and DuckDB say that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  if (isDatabaseFull(error) || (code !== undefined && OUT_OF_SPACE.includes(code))) return true;
  return /No space left on device|max_temp_directory_size/i.test(String(error));
}

/** Reads the code that the system or Node gave an error, such as ENOSPC. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}
