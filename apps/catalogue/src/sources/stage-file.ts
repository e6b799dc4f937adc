import { type FileHandle, open, rm } from 'node:fs/promises';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { Fault } from '@sluice/contracts/fault';
import { type RecordFault, Unreadable } from '@sluice/records/unreadable';
import { CsvStager } from './csv-stager';
import { chooseDelimiter } from './delimiter';
import { FileRefused } from './file-refused';
import { JsonStager } from './json-stager';
import type { Stager } from './stager';

/** A text source taken apart: `path` holds one line per row that DuckDB can split without knowing the format. */
export interface StagedFile {
  path: string;
  /** The file that it was made from. */
  source: string;
  /** The delimiter of a CSV source. */
  delimiter: string | null;
  labels: readonly string[];
  rows: number;
  /** Cells are JSON values as they were written, not plain text. */
  json: boolean;
  warnings: readonly ImportWarning[];
}

export type TextOptions = Pick<ImportOptions, 'format' | 'delimiter' | 'header'>;

export interface StageProgress {
  onRows(rows: number): void;
  signal?: AbortSignal;
}

// Small chunks: they are read on the event loop, which must not be held for long.
const CHUNK_BYTES = 64 * 1024;
/** From so many bytes the delimiter is told. */
const BEGIN_BYTES = 64 * 1024;

/** Stages a UTF-8 file row by row into `target`, with bounded memory. Refuses it at the first faults that it has. */
export async function stageFile(
  source: string,
  target: string,
  options: TextOptions,
  progress: StageProgress,
): Promise<StagedFile> {
  const input = await open(source, 'r');
  const staging = await Staging.open(target, options, progress);
  try {
    for (let at = 0; ; ) {
      // A new one each time: readers keep what they have not finished.
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await input.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      await staging.push(chunk.subarray(0, bytesRead));
    }
    return await staging.end(source);
  } finally {
    await input.close();
    await staging.close();
  }
}

/**
 * Takes a source apart as its bytes come. A fault of the source is kept to the end: until then nobody knows whether it is
 * in the encoding that it is read in.
 */
export class Staging {
  private stager: Stager | null = null;
  /** The delimiter of a CSV source, once it is known. */
  private delimiter: string | null = null;
  private begin: Buffer[] = [];
  private beginBytes = 0;
  private failure: unknown = null;
  private ended = false;

  private constructor(
    private readonly target: string,
    private readonly output: FileHandle,
    private readonly options: TextOptions,
    private readonly progress: StageProgress,
  ) {}

  static async open(target: string, options: TextOptions, progress: StageProgress): Promise<Staging> {
    return new Staging(target, await open(target, 'wx'), options, progress);
  }

  /** The bytes must not change afterwards. */
  async push(bytes: Buffer): Promise<void> {
    if (this.stager) {
      await this.stage(this.stager, bytes);
      return;
    }
    this.begin.push(bytes);
    this.beginBytes += bytes.length;
    if (this.beginBytes >= BEGIN_BYTES) await this.start();
  }

  /** The whole of it, which `source` holds as it was pushed. */
  async end(source: string): Promise<StagedFile> {
    try {
      const stager = this.stager ?? (await this.start());
      if (this.failure !== null) throw this.failure;
      stager.end();
      await this.write(stager);
      this.ended = true;
      const { delimiter } = this;
      const { labels, rows, warnings } = stager;
      return { path: this.target, source, delimiter, labels, rows, json: delimiter === null, warnings };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const input = await open(source, 'r');
      try {
        const faults = await Promise.all(error.faults.map((fault) => locateFault(fault, input)));
        throw new FileRefused(faults[0]?.detail ?? 'The file cannot be read.', faults);
      } finally {
        await input.close();
      }
    }
  }

  /** Removes what did not come to its end. */
  async close(): Promise<void> {
    await this.output.close();
    if (!this.ended) await rm(this.target, { force: true });
  }

  private async start(): Promise<Stager> {
    const begin = Buffer.concat(this.begin);
    this.begin = [];
    const stager = this.openStager(begin.subarray(0, BEGIN_BYTES));
    this.stager = stager;
    await this.stage(stager, begin);
    return stager;
  }

  private openStager(begin: Buffer): Stager {
    const { format, header } = this.options;
    if (format === 'json' || format === 'ndjson') return new JsonStager(format === 'ndjson');
    this.delimiter = chooseDelimiter(this.options, begin);
    return new CsvStager({ header, delimiter: this.delimiter });
  }

  private async stage(stager: Stager, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && this.failure === null; at += CHUNK_BYTES) {
      this.progress.signal?.throwIfAborted();
      try {
        stager.push(bytes.subarray(at, at + CHUNK_BYTES));
      } catch (error) {
        this.failure = error;
        return;
      }
      await this.write(stager);
    }
  }

  private async write({ records, rows }: Stager): Promise<void> {
    await this.output.appendFile(records.wholeRows);
    records.dropWholeRows();
    this.progress.onRows(rows);
  }
}

const MAX_COLUMN_BYTES = 1024 * 1024;

/** Counts the column in characters, as an editor shows it; a line of more than 1 MiB gets none. */
async function locateFault(fault: RecordFault, input: FileHandle): Promise<Fault> {
  const { line, lineStart, offset, code, detail } = fault;
  const column = offset - lineStart > MAX_COLUMN_BYTES ? undefined : await columnAt(input, lineStart, offset);
  return { in: 'file', line, column, code, detail };
}

/** The column, from 1, of a byte offset in the line that begins at `lineStart`. */
async function columnAt(input: FileHandle, lineStart: number, offset: number): Promise<number> {
  const before = Buffer.alloc(offset - lineStart);
  await input.read(before, 0, before.length, lineStart);
  return [...before.toString()].length + 1;
}
