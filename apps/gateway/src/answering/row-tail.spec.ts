import { Readable } from 'node:stream';
import { EXPORT_TAIL_BYTES } from '@sluice/contracts/catalogue/row-formats';
import fc from 'fast-check';
import { RowTail } from './row-tail';

describe('the tail of an export', () => {
  it('is kept back and read, however the bytes before it and its own are cut', async () => {
    const rows = 3_000_000_000n;
    const tail = Buffer.alloc(EXPORT_TAIL_BYTES);
    tail.writeBigUInt64LE(rows);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        async (body, cuts) => {
          const whole = Buffer.concat([body, tail]);
          const chunks: Buffer[] = [];
          for (let at = 0, cut = 0; at < whole.length; cut++) {
            const length = cuts[cut % cuts.length] ?? 1;
            chunks.push(whole.subarray(at, at + length));
            at += length;
          }
          const passing = Readable.from(chunks).pipe(new RowTail());
          expect(Buffer.concat(await passing.toArray())).toEqual(Buffer.from(body));
          expect(passing.rows).toBe(rows);
        },
      ),
    );
  });

  it('is missed when the bytes end before it', async () => {
    const passing = Readable.from([Buffer.alloc(EXPORT_TAIL_BYTES - 1)]).pipe(new RowTail());
    await expect(passing.toArray()).rejects.toThrow('no tail');
  });
});
