import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { errorCode } from '../engine/engine-errors';
import { refuseFile } from '../sources/file-refused';

/** How a file can be packed, by how it begins. ZIP is not among them: it holds files, and is read from its end. */
const KINDS = [
  { kind: 'zstd', begin: '28b52ffd' },
  { kind: 'bzip2', begin: '425a68' },
  { kind: 'xz', begin: 'fd377a585a00' },
  { kind: '7z', begin: '377abcaf271c' },
  { kind: 'RAR', begin: '526172211a07' },
  { kind: 'LZ4', begin: '04224d18' },
] as const;
export type PackedKind = (typeof KINDS)[number]['kind'];

/** So many first bytes tell the kind. */
export const PACKED_BEGIN_BYTES = 6;

/** Memory of the window that a frame asks for: 128 MiB, as the program `zstd` takes without being asked. */
const ZSTD_WINDOW_LOG = 27;

/** Node has this from 22.15 on; what we are typed for has not. */
type ZstdZlib = {
  createZstdDecompress?(options: { params: Record<number, number> }): Transform;
  constants: { readonly Z_OK: number; readonly ZSTD_d_windowLogMax?: number };
};
const { createZstdDecompress, constants }: ZstdZlib = zlib;

export function packedKind(begin: Buffer): PackedKind | null {
  const hex = begin.toString('hex');
  return KINDS.find((each) => hex.startsWith(each.begin))?.kind ?? null;
}

/** Unpacks a stream of this kind where Node can. Refuses the others by their name. */
export async function* unpackStream(kind: PackedKind, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const window = constants.ZSTD_d_windowLogMax;
  if (kind !== 'zstd' || !createZstdDecompress || window === undefined)
    refuseFile(
      'packed_file',
      `The file is packed with ${kind}, which is not read here. Send it as it is, or with gzip.`,
    );
  const packed = Readable.from(chunks, { objectMode: false });
  const unpacked = createZstdDecompress({ params: { [window]: ZSTD_WINDOW_LOG } });
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    if (errorCode(error)?.startsWith('ZSTD_') || errorCode(error)?.startsWith('Z_'))
      refuseFile('broken_zstd', 'The zstd data is damaged or ends too early.');
    throw error;
  } finally {
    packed.destroy();
  }
}
