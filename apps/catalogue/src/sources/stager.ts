import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { StagingBuffer } from './staging-buffer';

/** Takes a text source apart, chunk by chunk, into staged rows. Throws Unreadable, at `end` at the latest. */
export interface Stager {
  readonly records: StagingBuffer;
  /** The columns met so far, as the source names them. */
  readonly labels: readonly string[];
  readonly rows: number;
  /** Types of columns that the source does not have itself. */
  readonly types?: ImportOptions['types'];
  /** The columns of the source that these are, where some are left out. */
  readonly sourceColumns?: readonly number[];
  readonly warnings: readonly ImportWarning[];
  /** Reads the next bytes, which must not change afterwards. */
  push(chunk: Buffer): void;
  end(): void;
}
