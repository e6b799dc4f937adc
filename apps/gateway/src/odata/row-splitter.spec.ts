import fc from 'fast-check';
import { RowSplitter } from './row-splitter';

describe('rows of a page', () => {
  it('are split where they end, whatever is in them and however their bytes come', () => {
    const row = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(row), fc.array(fc.nat(200)), (rows, cuts) => {
        const bytes = Buffer.from(JSON.stringify(rows));
        const splitter = new RowSplitter();
        const found: string[] = [];
        let from = 0;
        for (const size of [...cuts, bytes.length]) {
          found.push(...splitter.push(bytes.subarray(from, from + size)).map(String));
          from += size;
        }
        expect(found).toEqual(rows.map((each) => JSON.stringify(each)));
      }),
    );
  });
});
