import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import type { Piece } from './row-slices';

/** A file inside a ZIP file, made while it is written. Its name is ASCII. */
export interface ZipPart {
  name: string;
  pieces: Iterable<Piece> | AsyncIterable<Piece>;
}

/** What the end of a ZIP file tells of a part. */
interface Entry {
  name: Buffer;
  offset: number;
  crc: number;
  packedBytes: number;
  bytes: number;
}

const deflate = promisify(deflateRaw);
/** Parts are packed as they pass, so that speed counts more than size. Each piece ends at a byte and is not the last block. */
const PACKING = { level: 1, finishFlush: constants.Z_SYNC_FLUSH };
/** An empty block that is the last one (RFC 1951 section 3.2.6). */
const LAST_BLOCK = Buffer.from([3, 0]);
/** Sizes have 32 bits: Excel does not read those of ZIP64 in a file that was streamed. */
const MAX_BYTES = 0xffff_ffff;

/** The fields that stand in both headers of a part: release 2.0, sizes behind the data, deflated, 1980-01-01. */
const [RELEASE, SIZES_BEHIND, DEFLATED, TIME, DAY] = [20, 1 << 3, 8, 0, 0x21];

/**
 * Writes parts as a ZIP file, piece by piece, with no more of it in memory than a piece (PKWARE's APPNOTE 6.3, section 4.3). Equal
 * pieces give equal bytes. Fails where a part has more than 4 GiB.
 */
export async function* zipDocument(parts: readonly ZipPart[]): AsyncGenerator<Piece> {
  const entries: Entry[] = [];
  let offset = 0;
  const told = (bytes: Uint8Array, rows = 0): Piece => {
    offset += bytes.length;
    return { bytes, rows };
  };
  for (const part of parts) {
    const entry: Entry = { name: Buffer.from(part.name), offset, crc: 0, packedBytes: LAST_BLOCK.length, bytes: 0 };
    yield told(localHeader(entry));
    for await (const { bytes, rows } of part.pieces) {
      const packed = await deflate(bytes, PACKING);
      entry.crc = crc32(bytes, entry.crc);
      entry.bytes += bytes.length;
      entry.packedBytes += packed.length;
      if (entry.bytes > MAX_BYTES || entry.packedBytes > MAX_BYTES) throw new Error(`${part.name} is beyond 4 GiB`);
      yield told(packed, rows);
    }
    yield told(Buffer.concat([LAST_BLOCK, uints(0x08074b50), sizesOf(entry)]));
    entries.push(entry);
  }
  if (offset > MAX_BYTES) throw new Error('the ZIP file is beyond 4 GiB');
  const directory = Buffer.concat(entries.map(directoryEntry));
  const end = [shorts(0, 0, entries.length, entries.length), uints(directory.length, offset), shorts(0)];
  yield { bytes: Buffer.concat([directory, uints(0x06054b50), ...end]), rows: 0 };
}

function localHeader({ name }: Entry): Buffer {
  const head = shorts(RELEASE, SIZES_BEHIND, DEFLATED, TIME, DAY);
  return Buffer.concat([uints(0x04034b50), head, uints(0, 0, 0), shorts(name.length, 0), name]);
}

function directoryEntry(entry: Entry): Buffer {
  const { name, offset } = entry;
  const head = shorts(RELEASE, RELEASE, SIZES_BEHIND, DEFLATED, TIME, DAY);
  const rest = [shorts(name.length, 0, 0, 0, 0), uints(0, offset), name];
  return Buffer.concat([uints(0x02014b50), head, sizesOf(entry), ...rest]);
}

function sizesOf({ crc, packedBytes, bytes }: Entry): Buffer {
  return uints(crc, packedBytes, bytes);
}

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt16LE(value, 2 * index);
  });
  return bytes;
}

function uints(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, 4 * index);
  });
  return bytes;
}
