import { readUpTo, rowsOf } from './rows-of-page';

describe('rows of a page', () => {
  it.each([
    ['none', '[]', []],
    [
      'plain values',
      '[{"a":1,"b":"x"},{"a":2.50,"b":null}]',
      [
        { a: 1, b: 'x' },
        { a: 2.5, b: null },
      ],
    ],
    [
      'brackets, quotes and backslashes in texts',
      '[{"a":"]}\\"{[\\\\"},{"a":"\\\\\\""}]',
      [{ a: ']}"{[\\' }, { a: '\\"' }],
    ],
    ['lists and objects inside', '[{"a":[{"b":[1]}]},{"a":{}}]', [{ a: [{ b: [1] }] }, { a: {} }]],
    [
      'long numbers',
      '[{"a":9007199254740993,"b":0.1234567890123456789}]',
      [{ a: '9007199254740993', b: '0.1234567890123456789' }],
    ],
    ['large exponents', '[{"a":1e400,"b":1e3}]', [{ a: '1e400', b: 1_000 }]],
  ])('are the same as values and as lines: %s', (_, text, rows) => {
    const read = rowsOf(text);
    expect(read.map(({ row }) => row)).toEqual(rows);
    expect(`[${read.map(({ line }) => line).join(',')}]`).toBe(text);
  });

  it('stand on one line each', () => {
    expect(rowsOf('[{"a":{\n "b": 1\n}}]').map(({ line }) => line)).toEqual(['{"a":{"b":1}}']);
  });

  it('are not read on beyond a bound', async () => {
    const pieces = { closed: false };
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(1_000);
      } finally {
        pieces.closed = true;
      }
    }
    expect(await readUpTo(endless(), 10_000)).toBeNull();
    expect(pieces.closed).toBe(true);
    expect(await readUpTo(Buffer.from('[]'), 2)).toBe('[]');
    expect(await readUpTo(Buffer.from('[1]'), 2)).toBeNull();
  });
});
