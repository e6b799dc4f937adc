import type { StagingBuffer } from './staging-buffer';

/** A fault at a place of the file: `offset` and the start of its line in bytes, so that a column can be counted later. */
export interface SourceFault {
  line: number;
  lineStart: number;
  offset: number;
  code: string;
  detail: string;
}

/** The source cannot be read on; carries the faults that were found. */
export class ScanFailed extends Error {
  constructor(readonly faults: SourceFault[]) {
    super(faults[0]?.detail);
  }
}

/** Takes a text source apart, chunk by chunk, into staged rows. Throws ScanFailed, at `end` at the latest. */
export interface SourceScanner {
  /** The columns met so far, as the source names them. */
  readonly labels: string[];
  readonly rows: number;
  readonly warnings: string[];
  push(chunk: Buffer, out: StagingBuffer): void;
  end(out: StagingBuffer): void;
}

/** A row may take this much of the file, white space included … */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
/** … and this much once it is staged; what could be sent in one message is smaller still. */
export const MAX_STAGED_BYTES = 1024 * 1024;
