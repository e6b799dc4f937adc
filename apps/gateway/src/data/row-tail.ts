import { Transform, type TransformCallback } from 'node:stream';
import { EXPORT_TAIL_BYTES } from '@sluice/contracts/row-formats';

/** Passes an export on and keeps its tail back, which tells how many rows there were. */
export class RowTail extends Transform {
  private held = Buffer.alloc(0);

  /** Known once everything has passed. */
  get rows(): bigint {
    return this.held.readBigUInt64LE();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    const end = Math.max(0, bytes.length - EXPORT_TAIL_BYTES);
    this.held = Buffer.from(bytes.subarray(end));
    done(null, end > 0 ? bytes.subarray(0, end) : undefined);
  }

  override _flush(done: TransformCallback): void {
    done(this.held.length === EXPORT_TAIL_BYTES ? null : new Error('the export has no tail'));
  }
}
