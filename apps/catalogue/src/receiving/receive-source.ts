import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import type { ImportFormat } from '@sluice/contracts/catalogue/imports';
import type { Reading } from '@sluice/contracts/catalogue/reading';
import { unpackTable } from '../archives/unpack-table';
import { workbookKind } from '../archives/workbook-kind';
import { refuseFile } from '../sources/file-refused';
import type { StageProgress, TextFormat } from '../sources/staged-file';
import { type ContentKind, kindOfContent } from './content-kind';
import { receiveText } from './receive-text';
import type { ReceivedFile } from './received-file';
import { encodingAtBegin } from './text-encoding';
import { counted, peek, unpack } from './unpack';
import { writeAll } from './write-all';

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

/** So many bytes tell what a file is. */
const BEGIN_BYTES = 4 * 1024;
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

/** Parquet begins and ends with its name; what is cut short fails here, the rest is DuckDB's to judge. */
async function checkParquet(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const mark = Buffer.alloc(PARQUET_MAGIC.length);
  for (const at of [0, Math.max(0, size - mark.length)]) {
    await file.read(mark, 0, mark.length, at);
    if (!mark.equals(PARQUET_MAGIC)) refuseFile('not_parquet', 'The file is not Parquet, or it is cut short.');
  }
}
