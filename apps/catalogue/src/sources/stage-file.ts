import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Fault } from '@sluice/contracts/fault';
import { type RecordFault, Unreadable } from '@sluice/records/unreadable';
import { CsvEvidence, type Escape } from './csv-evidence';
import { FileRefused } from './file-refused';
import { writeAsLines } from './json-lines';
import { findJsonRows, type JsonRows } from './json-rows';
import { JsonStager } from './json-stager';
import { openCsvStager, stagedFile, type TextOptions } from './open-stager';
import { SelectedColumns } from './selected-columns';
import type { StagedFile, StageProgress } from './staged-file';
import type { Stager } from './stager';
import { CHUNK_BYTES } from './staging';

/**
 * Takes a UTF-8 file apart into `target` as the whole of it suggests, with bounded memory. Refuses it at the first faults
 * that it has.
 */
export async function stageFile(
  source: string,
  target: string,
  options: TextOptions,
  progress: StageProgress,
): Promise<StagedFile> {
  return options.format === 'json'
    ? await stageJson(source, target, options, progress)
    : await stageCsv(source, target, options, progress);
}

/** Reads a text as RFC 4180 has it; where that leaves doubts, with a backslash before quotes, if that leaves none. */
async function stageCsv(source: string, target: string, options: TextOptions, progress: StageProgress) {
  const { escape: said, strict } = options.reading;
  const usual = await stageEscaped(source, target, said === '\\' ? said : '"', options, progress);
  const isExplained = 'staged' in usual && !usual.hasDoubts;
  if (isExplained || usual.backslashQuotes === 0 || said !== undefined || strict) return stagedOf(usual);
  const other = await stageEscaped(source, `${target}.escaped`, '\\', options, progress);
  const isBetter = 'staged' in other && (!other.hasDoubts || 'refusal' in usual);
  if ('staged' in other) await (isBetter ? rename(other.staged.path, target) : rm(other.staged.path));
  return isBetter ? { ...other.staged, path: target } : stagedOf(usual);
}

/** What became of a text that was read with one escape. */
type Attempt = { backslashQuotes: number } & ({ staged: StagedFile; hasDoubts: boolean } | { refusal: FileRefused });

function stagedOf(attempt: Attempt): StagedFile {
  if ('refusal' in attempt) throw attempt.refusal;
  return attempt.staged;
}

async function stageEscaped(
  source: string,
  target: string,
  before: Escape,
  options: TextOptions,
  progress: StageProgress,
): Promise<Attempt> {
  const evidence = new CsvEvidence(before);
  await readChunks(source, progress, (chunk) => evidence.push(chunk));
  evidence.end(true);
  const { backslashQuotes } = evidence;
  const { stager, ...guessed } = openCsvStager(evidence, options);
  try {
    await stageWith(stager, source, target, progress);
  } catch (refusal) {
    if (!(refusal instanceof FileRefused)) throw refusal;
    return { backslashQuotes, refusal };
  }
  const { hasDoubts } = stager;
  return { backslashQuotes, staged: stagedFile(target, source, stager, guessed), hasDoubts };
}

async function stageJson(source: string, target: string, { reading }: TextOptions, progress: StageProgress) {
  const rows = await findRows(source, reading.jsonPath);
  const guessed = { dialect: null, warnings: [] };
  const selected = new SelectedColumns(reading.select);
  if (rows.are === 'arrays' || rows.are === 'features' || rows.are === 'columns') {
    const lines = `${source}.lines`;
    await writeAsLines(source, lines, rows);
    const stager = new JsonStager(true, selected);
    await stageWith(stager, lines, target, progress);
    const staged = stagedFile(target, lines, stager, guessed);
    const types: StagedFile['types'] = rows.are === 'features' ? { geometry: 'json' } : {};
    return { ...staged, types };
  }
  const stager = new JsonStager(rows.are !== 'objects', selected);
  await stageWith(stager, source, target, progress, rows.are === 'lines' ? undefined : rows);
  return stagedFile(target, source, stager, guessed);
}

async function findRows(source: string, jsonPath: string | undefined): Promise<JsonRows> {
  const file = await open(source, 'r');
  try {
    return await findJsonRows(file, jsonPath);
  } finally {
    await file.close();
  }
}

/** A part of a file, in bytes. */
interface Part {
  start: number;
  end: number;
}

async function stageWith(
  stager: Stager,
  source: string,
  target: string,
  progress: StageProgress,
  part?: Part,
): Promise<void> {
  const output = await open(target, 'wx');
  try {
    const write = async () => {
      await output.appendFile(stager.records.wholeRows);
      stager.records.dropWholeRows();
      progress.onRows(stager.rows);
    };
    const step = async (chunk: Buffer, at: number) => {
      const only = part ? onlyPart(chunk, at, part) : chunk;
      stager.push(only);
      await write();
    };
    await readChunks(source, progress, step);
    stager.end();
    await write();
  } catch (error) {
    await rm(target, { force: true });
    throw error instanceof Unreadable ? await located(error, source) : error;
  } finally {
    await output.close();
  }
}

const [BLANK, LINE_FEED] = [0x20, 0x0a];

/** Leaves blanks for all that is outside of the part: places stay as they are. */
function onlyPart(chunk: Buffer, at: number, { start, end }: Part): Buffer {
  if (at >= start && at + chunk.length <= end) return chunk;
  return chunk.map((byte, index) =>
    (at + index >= start && at + index < end) || byte === LINE_FEED ? byte : BLANK,
  ) as Buffer;
}

async function readChunks(
  source: string,
  { signal }: StageProgress,
  take: (chunk: Buffer, at: number) => void | Promise<void>,
): Promise<void> {
  const input = await open(source, 'r');
  try {
    for (let at = 0; ; ) {
      signal?.throwIfAborted();
      // A new one each time: readers keep what they have not finished.
      const { buffer, bytesRead } = await input.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      await take(buffer.subarray(0, bytesRead), at);
      at += bytesRead;
    }
  } finally {
    await input.close();
  }
}

const MAX_COLUMN_BYTES = 1024 * 1024;

/** The refusal of a text that cannot be read, with the places of its faults as an editor shows them. */
async function located({ faults }: Unreadable, source: string): Promise<FileRefused> {
  const input = await open(source, 'r');
  try {
    const told = await Promise.all(faults.map((fault) => locateFault(fault, input)));
    return new FileRefused(told[0]?.detail ?? 'The file cannot be read.', told);
  } finally {
    await input.close();
  }
}

/** Counts the column in characters; a line of more than 1 MiB gets none. */
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
