import { MemoryFull } from '../engine/engine-errors';
import { readInSlices, type Slice } from './row-slices';

const MIB = 1024 ** 2;

/** The rows that a condition of a slice is for. */
function range(where: string): { from: number; to: number } {
  const [, from, to] = /_row >= (\d+) AND _row < (\d+)/.exec(where) ?? [];
  return { from: Number(from), to: Number(to) };
}

describe('the slices of a result', () => {
  const slice = (rows: number, bytes = rows * 100): Slice => {
    return { bytes, pieces: [{ bytes: Buffer.alloc(0), rows }] };
  };

  it('follow each other without a gap, grow, and become smaller when memory does not suffice', async () => {
    const most = 20_000;
    const read: { from: number; to: number }[] = [];
    let refused = 0;
    const slices = readInSlices(200_000, {}, async (where) => {
      const { from, to } = range(where);
      if (to - from > most) {
        refused++;
        throw new MemoryFull('no memory');
      }
      read.push({ from, to });
      return slice(to - from);
    });
    let rows = 0;
    for await (const piece of slices) rows += piece.rows;
    expect(rows).toBe(200_000);
    expect(refused).toBeGreaterThan(0);
    expect(read[0]?.from).toBe(0);
    expect(read.slice(1).map(({ from }) => from)).toEqual(read.slice(0, -1).map(({ to }) => to));
  });

  it('are read one ahead and no more, and none is being read any more when nobody reads on', async () => {
    let begun = 0;
    let reading = 0;
    const ends: (() => void)[] = [];
    const slices = readInSlices(10_000_000, {}, async (where) => {
      begun++;
      reading++;
      if (begun > 1) await new Promise<void>((resolve) => ends.push(resolve));
      reading--;
      const { from, to } = range(where);
      return slice(to - from, 8 * MIB);
    });
    await slices.next();
    expect([begun, reading]).toEqual([2, 1]);
    const left = slices.return(undefined);
    for (const end of ends) end();
    await left;
    expect([begun, reading]).toEqual([2, 0]);
  });

  it('fail with what a slice fails with, in its turn', async () => {
    let begun = 0;
    const slices = readInSlices(100_000, {}, async () => {
      if (++begun > 1) throw new Error('the disk is gone');
      return slice(8_192);
    });
    expect((await slices.next()).value).toMatchObject({ rows: 8_192 });
    await expect(slices.next()).rejects.toThrow('the disk is gone');
  });
});
