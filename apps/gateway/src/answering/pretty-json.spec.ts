import fc from 'fast-check';
import { JsonIndenter } from './pretty-json';

const indent = (text: string, cuts: number[] = []) => {
  const bytes = Buffer.from(text);
  const indenter = new JsonIndenter();
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  let from = 0;
  const pieces = ends.map((end) => {
    const piece = indenter.push(bytes.subarray(from, end));
    from = end;
    return piece;
  });
  return Buffer.concat(pieces).toString();
};

describe('indented JSON', () => {
  it('is what JSON.stringify would have indented, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
        const compact = JSON.stringify(JSON.parse(text));
        expect(indent(compact, cuts)).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
    );
  });

  it('keeps every digit', () => {
    expect(indent('{"n":12345678901234567890.10}')).toBe('{\n  "n": 12345678901234567890.10\n}');
  });
});
