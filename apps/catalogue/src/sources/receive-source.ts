import { type FileHandle, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ImportFormat } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { errorCode } from '../engine/engine-errors';
import { FileRefused, refuseFile } from './file-refused';
import { type StagedFile, Staging } from './stage-file';
import { Utf8Normaliser, windows1252Decoder } from './text-encoding';

export interface ReceiveOptions {
  format: ImportFormat;
  /** The sender says that it is compressed; what begins like gzip is taken for it anyway. */
  gzip: boolean;
  /** Limits of the bytes as sent and as unpacked: a small gzip can hold a huge file. */
  maxBytes: number;
  maxUnpackedBytes: number;
  onBytes(received: number): void;
  /** Takes text apart as it comes; for Parquet null. */
  staging?: Staging | null;
}

export interface ReceivedFile {
  /** The unpacked file; text formats are in UTF-8 without a byte order mark. */
  path: string;
  warnings: ImportWarning[];
  /** The staged file; missing where the source has to be read once more. */
  staged?: StagedFile;
}

const WINDOWS = 'The file is not valid UTF-8; it was read as Windows-1252 (Latin-1).';
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
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
  const { format, maxBytes, maxUnpackedBytes, onBytes, staging } = options;
  let received = 0;
  const sent = counted(upload, maxBytes, (bytes) => {
    received = bytes;
    onBytes(bytes);
  });
  const unpacked = counted(unpack(sent, options), maxUnpackedBytes, () => {});
  const text = format === 'parquet' ? null : new Utf8Normaliser();
  const file = await open(path, 'wx+');
  try {
    const write = async (bytes: Buffer) => {
      await writeAll(file, bytes);
      // A file that is not UTF-8 will be read once more, in another encoding.
      if (text?.valid) await staging?.push(bytes);
    };
    for await (const chunk of unpacked) await write(text ? text.push(chunk) : chunk);
    if (text) await write(text.end());
    if (received === 0) refuseFile('empty_file', 'The file is empty.');
    if (!text) await checkParquet(file);
  } finally {
    await file.close();
  }
  if (!text || text.valid) return { path, warnings: [], staged: await staging?.end(path) };
  const decoded = `${path}.utf8`;
  await decodeFile(path, decoded);
  await rm(path);
  return { path: decoded, warnings: [{ code: 'encoding_guessed', detail: WINDOWS, option: 'encoding' }] };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) {
      throw new FileRefused(`The file is larger than ${limit} bytes.`, [], 'payload_too_large');
    }
    onBytes(bytes);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

async function* unpack(chunks: AsyncGenerator<Buffer>, options: ReceiveOptions): AsyncGenerator<Buffer> {
  const { begin, whole } = await peek(chunks, GZIP_MAGIC.length);
  if (!begin.equals(GZIP_MAGIC)) {
    if (options.gzip && begin.length > 0) refuseFile('not_gzip', 'The file was announced as gzip but is not.');
    yield* whole;
    return;
  }
  const packed = Readable.from(whole, { objectMode: false });
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (errorCode(error)?.startsWith('Z_')) {
      refuseFile('broken_gzip', 'The gzip data is damaged or ends too early.');
    }
    throw error;
  } finally {
    packed.destroy();
  }
}

/** The first `length` bytes, and everything again from the beginning. */
async function peek(chunks: AsyncGenerator<Buffer>, length: number) {
  let held = Buffer.alloc(0);
  while (held.length < length) {
    const next = await chunks.next();
    if (next.done) break;
    held = Buffer.concat([held, next.value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (held.length > 0) yield held;
    yield* chunks;
  }
  return { begin: held.subarray(0, length), whole: whole() };
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

async function decodeFile(from: string, to: string): Promise<void> {
  const source = await open(from, 'r');
  const target = await open(to, 'wx');
  const decode = windows1252Decoder();
  try {
    for await (const chunk of source.createReadStream({ autoClose: false })) {
      await writeAll(target, decode(chunk as Buffer));
    }
  } finally {
    await source.close();
    await target.close();
  }
}
