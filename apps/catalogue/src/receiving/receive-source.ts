import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import type { ImportFormat } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import { unpackTable } from '../archives/unpack-table';
import { workbookKind } from '../archives/workbook-kind';
import { refuseFile } from '../sources/file-refused';
import type { TextOptions } from '../sources/open-stager';
import type { StagedFile, StageProgress, TextFormat } from '../sources/staged-file';
import { Staging } from '../sources/staging';
import { decodeFile, settleEncoding } from './broken-utf8';
import { type ContentKind, kindOfContent } from './content-kind';
import { encodingAtBegin, encodingOf, Utf8Normaliser } from './text-encoding';
import { counted, peek, unpack } from './unpack';

export interface ReceiveOptions extends StageProgress {
  /** What the sender says that it is, by its media type or its name; its bytes may say otherwise. */
  format?: ImportFormat;
  /** The sender says that it is compressed; what begins like gzip is taken for it anyway. */
  gzip: boolean;
  reading: Reading;
  /** The encoding that the sender says, unless the reading says another one. */
  charset?: string;
  /** Limits of the bytes as sent and as unpacked: a small gzip can hold a huge file. */
  maxBytes: number;
  maxUnpackedBytes: number;
  onBytes(received: number): void;
}

/** A file that was received and unpacked: a text in UTF-8 without a byte order mark, or one of the binary formats. */
export interface ReceivedFile {
  path: string;
  kind: TextFormat | 'parquet' | 'xlsx' | 'ods';
  warnings: ImportWarning[];
  /** The bytes of a text as they came, unpacked; and its beginning in UTF-8. */
  raw?: string;
  begin?: string;
  /** The staged file; missing where the whole text has to be looked at. */
  staged?: StagedFile;
}

/** So many bytes tell what a file is. */
const BEGIN_BYTES = 4 * 1024;
/** So much of a text is shown to those who decide how it is read. */
const SHOWN_CHARS = 4_000;
const PARQUET_MAGIC = Buffer.from('PAR1');

/**
 * Writes an upload to `path`, unpacked and in UTF-8, with bounded memory, and takes it apart meanwhile. What it wrote
 * stays when it fails.
 */
export async function receiveSource(
  upload: AsyncIterable<Uint8Array>,
  path: string,
  options: ReceiveOptions,
): Promise<ReceivedFile> {
  const sent = counted(upload, options.maxBytes, options.onBytes);
  return await receiveUnpacked(unpack(sent, options.gzip), path, options);
}

async function receiveUnpacked(
  chunks: AsyncGenerator<Buffer>,
  path: string,
  options: ReceiveOptions,
  isOfArchive = false,
): Promise<ReceivedFile> {
  const { begin, whole } = await peek(counted(chunks, options.maxUnpackedBytes), BEGIN_BYTES);
  if (begin.length === 0) refuseFile('empty_file', 'The file is empty.');
  const shown = encodingAtBegin(begin);
  const text = shown && shown.encoding !== 'utf-8' ? Buffer.from(new TextDecoder(shown.encoding).decode(begin)) : begin;
  const content = kindOfContent(text);
  if (content === 'zip') return await receiveZip(whole, path, options, isOfArchive);
  const kind = formatOf(content, options.format);
  if (kind === 'parquet') {
    await receiveBinary(whole, path, kind);
    return { path, kind, warnings: [] };
  }
  const encoding = options.reading.encoding ?? options.charset;
  const reading = encoding === undefined ? options.reading : { ...options.reading, encoding };
  return await receiveText(whole, path, { format: kind, reading }, shown, options);
}

/** The format that a file is read as: its bytes decide, except for text, of which they cannot say all. */
function formatOf(content: Exclude<ContentKind, 'zip'>, said: ImportFormat | undefined): TextFormat | 'parquet' {
  if (content === 'parquet') return content;
  if (said === 'parquet') refuseFile('not_parquet', 'The file is not Parquet, or it is cut short.');
  if (said === 'xlsx' || said === 'ods') refuseFile('wrong_kind', `The file is no ${said.toUpperCase()} workbook.`);
  if (said === 'csv' || said === 'tsv') return said;
  return content === 'json' || said !== undefined ? 'json' : 'csv';
}

/** Receives a workbook, or the one table that an archive holds, as if that had been sent. */
async function receiveZip(
  chunks: AsyncGenerator<Buffer>,
  path: string,
  options: ReceiveOptions,
  isOfArchive: boolean,
): Promise<ReceivedFile> {
  const archive = `${path}.zip`;
  await receiveBinary(chunks, archive, 'zip');
  const limits = { maxBytes: options.maxUnpackedBytes };
  const kind = await workbookKind(archive, limits);
  if (kind) {
    await rename(archive, path);
    return { path, kind, warnings: [] };
  }
  // One that holds itself would be unpacked for ever.
  if (isOfArchive) refuseFile('wrong_kind', 'The file in the archive is an archive: unpack it.');
  const table = `${path}.table`;
  const { format } = await unpackTable(archive, table, limits);
  await rm(archive);
  const inner = { ...options, format: format ?? undefined };
  const received = await receiveUnpacked(counted(createReadStream(table), limits.maxBytes), path, inner, true);
  await rm(table);
  return received;
}

async function receiveBinary(chunks: AsyncGenerator<Buffer>, path: string, kind: 'parquet' | 'zip'): Promise<void> {
  const file = await open(path, 'wx+');
  try {
    for await (const chunk of chunks) await writeAll(file, chunk);
    if (kind === 'parquet') await checkParquet(file);
  } finally {
    await file.close();
  }
}

async function receiveText(
  chunks: AsyncGenerator<Buffer>,
  path: string,
  text: TextOptions,
  shown: ReturnType<typeof encodingAtBegin>,
  progress: StageProgress,
): Promise<ReceivedFile> {
  const { format: kind, reading } = text;
  // A byte order mark is proof; what was said comes next.
  const said = reading.encoding === undefined || shown?.isMarked ? undefined : encodingOf(reading.encoding);
  const encoding = said ?? shown?.encoding ?? 'utf-8';
  const normaliser = new Utf8Normaliser(encoding);
  const staging = await Staging.open(`${path}.as-it-comes`, text, progress);
  // What is decoded on the way could not be read in another encoding any more.
  const raw = encoding === 'utf-8' ? path : `${path}.raw`;
  let begin = '';
  try {
    const [file, untouched] = await Promise.all([open(path, 'wx'), raw === path ? null : open(raw, 'wx')]);
    try {
      const write = async (bytes: Buffer) => {
        await writeAll(file, bytes);
        if (begin.length < SHOWN_CHARS) begin = (begin + bytes.toString()).slice(0, SHOWN_CHARS);
        // A file that is not UTF-8 will be read once more, in another encoding.
        if (normaliser.valid) await staging.push(bytes);
      };
      for await (const chunk of chunks) {
        await write(normaliser.push(chunk));
        if (untouched) await writeAll(untouched, chunk);
      }
      await write(normaliser.end());
    } finally {
      await Promise.all([file.close(), untouched?.close()]);
    }
    if (normaliser.valid) {
      const warnings = shown && !shown.isMarked && !said ? [withoutMark(shown.encoding)] : [];
      return { path, kind, warnings, raw, begin, staged: (await staging.end(path)) ?? undefined };
    }
  } finally {
    await staging.close();
  }
  if (reading.strict) refuseFile('invalid_encoding', 'The file is not valid UTF-8.');
  const settled = await settleEncoding(path, said !== undefined);
  const decoded = `${path}.utf8`;
  await decodeFile(path, decoded, settled.encoding);
  return { path: decoded, kind, warnings: [settled.warning], raw: path, begin: await beginOf(decoded) };
}

async function beginOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SHOWN_CHARS), 0, SHOWN_CHARS, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function withoutMark(encoding: string): ImportWarning {
  const detail = `The file has no byte order mark; it was read as ${encoding.toUpperCase()}.`;
  return { code: 'encoding_guessed', detail, option: 'encoding' };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}

/** Parquet begins and ends with its name; what is cut short fails here, the rest is DuckDB's to judge. */
async function checkParquet(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const mark = Buffer.alloc(PARQUET_MAGIC.length);
  for (const at of [0, Math.max(0, size - mark.length)]) {
    await file.read(mark, 0, mark.length, at);
    if (!mark.equals(PARQUET_MAGIC)) refuseFile('not_parquet', 'The file is not Parquet, or it is cut short.');
  }
}
