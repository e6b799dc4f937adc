import { Transform, type TransformCallback } from 'node:stream';
import { EXPORT_TAIL_BYTES } from '@sluice/contracts/catalogue/row-formats';

/** Passes an export on and keeps its tail back, which tells how many rows there were. */
export class RowTail extends Transform {
  /** The last chunk that came, whole: what is passed on is not copied. */
  private held: Buffer = Buffer.alloc(0);

  /** Known once everything has passed. */
  get rows(): bigint {
    return this.held.readBigUInt64LE();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (chunk.length < EXPORT_TAIL_BYTES) this.held = Buffer.concat([this.held, chunk]);
    else {
      if (this.held.length > 0) this.push(this.held);
      this.held = chunk;
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    const end = this.held.length - EXPORT_TAIL_BYTES;
    if (end > 0) this.push(this.held.subarray(0, end));
    this.held = this.held.subarray(Math.max(0, end));
    done(end < 0 ? new Error('the export has no tail') : null);
  }
}
