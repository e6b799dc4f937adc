import zlib from 'node:zlib';
import { packedKind, unpackStream } from './packed-kind';

const ZSTD = Buffer.from('28b52ffd0458410000612c620a312c320a35e7cace', 'hex');
const hasZstd = 'createZstdDecompress' in zlib;

async function* buffers(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

async function read(bytes: Buffer): Promise<string> {
  const kind = packedKind(bytes);
  if (!kind) throw new Error('it is not packed');
  const chunks: Buffer[] = [];
  for await (const chunk of unpackStream(kind, buffers(bytes))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a packed file', () => {
  it.each([
    ['bzip2', '425a6839314159265359'],
    ['xz', 'fd377a585a0000'],
    ['7z', '377abcaf271c00'],
    ['RAR', '526172211a0700'],
    ['LZ4', '04224d18644000'],
  ])('of the kind %s is refused by that name', async (kind, begin) => {
    await expect(read(Buffer.from(begin, 'hex'))).rejects.toMatchObject({
      message: expect.stringContaining(kind),
      faults: [{ code: 'packed_file' }],
    });
  });

  it('of no kind is none', () => {
    expect(packedKind(Buffer.from('a,b\n1,2'))).toBeNull();
    expect(packedKind(Buffer.from(''))).toBeNull();
  });

  const zstd = hasZstd ? it : it.skip;
  zstd(
    `of the kind zstd is read, and refused where it is damaged${hasZstd ? '' : ' (skipped: Node 20 has no zstd)'}`,
    async () => {
      expect(await read(ZSTD)).toBe('a,b\n1,2\n');
      await expect(read(ZSTD.subarray(0, 12))).rejects.toMatchObject({ faults: [{ code: 'broken_zstd' }] });
    },
  );
  (hasZstd ? it.skip : it)('of the kind zstd is refused by that name where Node cannot read it', async () => {
    await expect(read(ZSTD)).rejects.toMatchObject({ faults: [{ code: 'packed_file' }] });
  });
});
