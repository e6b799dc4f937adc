import { type FileHandle, open } from 'node:fs/promises';
import type { Fault } from '@sluice/contracts/fault';
import type { ImportOptions } from '@sluice/contracts/imports';
import { CsvScanner } from './csv-scanner';
import { chooseDelimiter } from './delimiter';
import { FileRefused } from './file-refused';
import { JsonScanner } from './json-scanner';
import { ScanFailed, type SourceFault, type SourceScanner } from './source-scanner';
import { StagingBuffer } from './staging-buffer';

/** A text source taken apart: `path` holds one line per row that DuckDB can split without knowing the format. */
export interface StagedFile {
  path: string;
  /** The file that it was made from. */
  source: string;
  /** The delimiter of a CSV source. */
  delimiter: string | null;
  labels: string[];
  rows: number;
  /** Cells are JSON values as they were written, not plain text. */
  json: boolean;
  warnings: string[];
}

export type TextOptions = Pick<ImportOptions, 'format' | 'delimiter' | 'header'>;

export interface StageProgress {
  onRows(rows: number): void;
  signal?: AbortSignal;
}

// Small chunks: the scanner runs on the event loop and must not hold it for long.
const CHUNK_BYTES = 64 * 1024;

/** Stages a UTF-8 file row by row into `target`, with bounded memory. Refuses it at the first faults that it has. */
export async function stageFile(
  source: string,
  target: string,
  options: TextOptions,
  progress: StageProgress,
): Promise<StagedFile> {
  const input = await open(source, 'r');
  const output = await open(target, 'wx');
  try {
    const scanner = await scannerOf(input, options);
    await scanAll(input, output, scanner, progress);
    const { labels, rows, warnings } = scanner;
    const delimiter = scanner instanceof CsvScanner ? scanner.delimiter : null;
    return { path: target, source, delimiter, labels, rows, json: delimiter === null, warnings };
  } catch (error) {
    if (!(error instanceof ScanFailed)) throw error;
    const faults = await Promise.all(error.faults.map((fault) => placed(fault, input)));
    throw new FileRefused(faults[0]?.detail ?? 'The file cannot be read.', faults);
  } finally {
    await input.close();
    await output.close();
  }
}

async function scannerOf(input: FileHandle, options: TextOptions): Promise<SourceScanner> {
  if (options.format === 'json') return new JsonScanner(false);
  if (options.format === 'ndjson') return new JsonScanner(true);
  const { buffer, bytesRead } = await input.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, 0);
  return new CsvScanner({ header: options.header, delimiter: chooseDelimiter(options, buffer.subarray(0, bytesRead)) });
}

async function scanAll(input: FileHandle, output: FileHandle, scanner: SourceScanner, progress: StageProgress) {
  const out = new StagingBuffer();
  for (let at = 0; ; ) {
    progress.signal?.throwIfAborted();
    // A new one each time: scanners keep what they have not finished.
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await input.read(chunk, 0, CHUNK_BYTES, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    scanner.push(chunk.subarray(0, bytesRead), out);
    await output.appendFile(out.takeRows());
    progress.onRows(scanner.rows);
  }
  scanner.end(out);
  await output.appendFile(out.takeRows());
  progress.onRows(scanner.rows);
}

const MAX_COLUMN_BYTES = 1024 * 1024;

/** Counts the column in characters, as an editor shows it; a line of more than 1 MiB gets none. */
async function placed(fault: SourceFault, input: FileHandle): Promise<Fault> {
  const { line, lineStart, offset, code, detail } = fault;
  const column = offset - lineStart > MAX_COLUMN_BYTES ? undefined : await columnAt(input, lineStart, offset);
  return { in: 'file', line, column, code, detail };
}

/** The column, from 1, of a byte offset in the line that begins at `lineStart`. */
export async function columnAt(input: FileHandle, lineStart: number, offset: number): Promise<number> {
  const before = Buffer.alloc(offset - lineStart);
  await input.read(before, 0, before.length, lineStart);
  return [...before.toString()].length + 1;
}
