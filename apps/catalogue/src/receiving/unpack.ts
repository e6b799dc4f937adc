import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PACKED_BEGIN_BYTES, packedKind, unpackStream } from '../archives/packed-kind';
import { errorCode } from '../engine/engine-errors';
import { FileRefused, refuseFile } from '../sources/file-refused';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Passes chunks on as long as they are no more bytes than allowed. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  onBytes: (bytes: number) => void = () => {},
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

/** Unpacks what begins like a packed stream, whatever was said; what was said to be gzip and is not is refused. */
export async function* unpack(chunks: AsyncGenerator<Buffer>, isSaidPacked: boolean): AsyncGenerator<Buffer> {
  const { begin, whole } = await peek(chunks, PACKED_BEGIN_BYTES);
  const kind = packedKind(begin);
  if (kind) {
    yield* unpackStream(kind, whole);
    return;
  }
  if (!begin.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) {
    if (isSaidPacked && begin.length > 0) refuseFile('not_gzip', 'The file was announced as gzip but is not.');
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

/** Gives at least the first `length` bytes, as far as there are so many, and everything again from the beginning. */
export async function peek(
  chunks: AsyncGenerator<Buffer>,
  length: number,
): Promise<{ begin: Buffer; whole: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = [];
  for (let bytes = 0; bytes < length; ) {
    const next = await chunks.next();
    if (next.done) break;
    held.push(next.value);
    bytes += next.value.length;
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield* held;
    yield* chunks;
  }
  return { begin: Buffer.concat(held), whole: whole() };
}
