import type { ErrorCode } from '@sluice/contracts/errors';
import type { Fault } from '@sluice/contracts/fault';
import type { Conversion, ImportedFile } from '../typing/convert-file';

/** One conversion, as a converter is asked for it. */
export interface ConversionJob extends Conversion {
  /** The only directory that the converter may touch. */
  directory: string;
  memoryBytes: number;
  spillBytes: number;
  threads: number;
}

/** A converter's word about its job: how far it is, and how it ended. */
export type ConverterWord =
  /** All of its program is there, and the job. */
  | { is: 'begun' }
  | { is: 'at'; rows: number }
  | { is: 'done'; imported: ImportedFile }
  | { is: 'refused'; detail: string; faults: Fault[]; code: ErrorCode }
  | { is: 'full'; of: 'disk' | 'memory' }
  /** The converter ends: DuckDB gave up in it. */
  | { is: 'lost' }
  | { is: 'failed'; reason: string };
