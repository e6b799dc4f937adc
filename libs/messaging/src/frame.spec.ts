import fc from 'fast-check';
import { decodeFrame, encodeFrame } from './frame';

describe('frames', () => {
  test('give back head and bytes as they were', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uint8Array(), (head, bytes) => {
        const frame = decodeFrame(encodeFrame(head, bytes));
        expect(frame?.head).toEqual(JSON.parse(JSON.stringify(head)));
        expect(Buffer.compare(frame?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
      }),
    );
  });

  test('are read wherever they lie in a larger buffer', () => {
    const frame = encodeFrame({ a: 1 }, Buffer.from('tail'));
    const around = Buffer.concat([Buffer.from('before'), frame, Buffer.from('after')]);
    expect(decodeFrame(around.subarray(6, 6 + frame.length))).toEqual({ head: { a: 1 }, bytes: Buffer.from('tail') });
  });

  test('whatever else is published is no frame, and no fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
        expect(() => decodeFrame(payload)).not.toThrow();
      }),
    );
    expect(decodeFrame(new Uint8Array(3))).toBeNull();
  });
});
