import { RowKeySeal } from './row-keys';

const VERSION = `ver_${'0'.repeat(26)}`;
const secret = (byte: number) => Buffer.alloc(32, byte);

describe('the keys of rows that have none of their own', () => {
  it('open to the place of the row, also with the key of the installation before, and in no other version or API', () => {
    const seal = new RowKeySeal([secret(1), secret(2)]);
    const positions = [0, 1, 999, Number.MAX_SAFE_INTEGER];
    const keys = seal.seal(VERSION, positions);
    expect(keys.map((key) => seal.open(VERSION, key))).toEqual(positions);
    const before = new RowKeySeal([secret(2)]).seal(VERSION, [7]);
    expect(seal.open(VERSION, before[0] ?? '')).toBe(7);
    for (const key of [...keys, '', 'x', '0', 'a'.repeat(22), 'a'.repeat(1_000)]) {
      expect(seal.open(`ver_${'1'.repeat(26)}`, key)).toBeNull();
      expect(new RowKeySeal([secret(3)]).open(VERSION, key)).toBeNull();
    }
  });

  it('tell nothing of how many rows stand between two of them', () => {
    const [first = '', second = ''] = new RowKeySeal([secret(1)]).seal(VERSION, [0, 1]);
    const [a, b] = [first, second].map((key) => Buffer.from(key, 'base64url'));
    // Half of the bits differ by chance; of a number in the open, one would.
    const differing = [...(a ?? [])].reduce(
      (sum, byte, at) => sum + (byte ^ (b?.[at] ?? 0)).toString(2).replaceAll('0', '').length,
      0,
    );
    expect(differing).toBeGreaterThan(20);
  });
});
