import { strFromU8, unzipSync } from 'fflate';
import type { Piece } from './row-slices';
import { zipDocument } from './zip-document';

const MIB = 1024 ** 2;

describe('a ZIP file', () => {
  const textPiece = (text: string): Piece => ({ bytes: Buffer.from(text), rows: 1 });

  it('has every part whole, pieces without bytes among them, and counts the rows that passed', async () => {
    const pieces = [textPiece('one '), textPiece(''), textPiece('two '.repeat(50_000))];
    const found: Uint8Array[] = [];
    let count = 0;
    for await (const { bytes, rows } of zipDocument([
      { name: 'a/b.xml', pieces },
      { name: 'empty', pieces: [] },
    ])) {
      found.push(bytes);
      count += rows;
    }
    const parts = unzipSync(Buffer.concat(found));
    expect(strFromU8(parts['a/b.xml'] ?? new Uint8Array())).toBe(`one ${'two '.repeat(50_000)}`);
    expect(parts.empty).toHaveLength(0);
    expect(count).toBe(3);
  });

  it('reads no further than its reader, and lets go of what it reads when that one leaves', async () => {
    let [read, isOver] = [0, false];
    async function* endless(): AsyncGenerator<Piece> {
      try {
        for (;;) yield textPiece(`piece ${++read}`);
      } finally {
        isOver = true;
      }
    }
    const zip = zipDocument([{ name: 'a', pieces: endless() }]);
    for (let piece = 0; piece < 5; piece++) await zip.next();
    expect(read).toBeLessThanOrEqual(5);
    await zip.return(undefined);
    expect(isOver).toBe(true);
  });

  it('fails where a part is larger than its header can say', async () => {
    const bytes = Buffer.alloc(64 * MIB);
    const pieces = Array.from({ length: 65 }, () => ({ bytes, rows: 0 }));
    const all = async () => {
      for await (const _ of zipDocument([{ name: 'huge', pieces }]));
    };
    await expect(all()).rejects.toThrow('huge is beyond 4 GiB');
  }, 120_000);
});
