import type { DuckDBDataChunk } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { readVector } from '../engine/vector-bytes';

/** The values of one column over many chunks, as DuckDB has them in memory, and a bit for each that is not null. */
export interface ColumnBuffers {
  /** `width` bytes a row. */
  bytes: Uint8Array;
  /** Least significant bit first, as Arrow wants it; null when no value is. */
  validity: Uint8Array | null;
}

export function readColumn(chunks: readonly DuckDBDataChunk[], index: number, width: number): ColumnBuffers {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const bytes = new Uint8Array(rows * width);
  const validity = new Uint8Array(Math.ceil(rows / 8)).fill(0xff);
  let hasNulls = false;
  let row = 0;
  for (const chunk of chunks) {
    const { rowCount } = chunk;
    const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
    bytes.set(readVector(chunk, index, width), row * width);
    // DuckDB keeps whole 64-bit words, and none at all where every value is there.
    const bits: Uint8Array | null = bindings.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8);
    if (bits) {
      hasNulls = true;
      copyBits(bits, rowCount, validity, row);
      // What DuckDB has in the place of a null is whatever was in that memory before: it is nobody's to read.
      for (let index = 0; index < rowCount; index++) {
        if (!hasBit(bits, index)) bytes.fill(0, (row + index) * width, (row + index + 1) * width);
      }
    }
    row += rowCount;
  }
  return { bytes, validity: hasNulls ? validity : null };
}

function copyBits(from: Uint8Array, count: number, to: Uint8Array, at: number): void {
  if (at % 8 === 0) {
    to.set(from.subarray(0, Math.ceil(count / 8)), at / 8);
    return;
  }
  for (let bit = 0; bit < count; bit++) {
    if (!hasBit(from, bit)) clearBit(to, at + bit);
  }
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}

function clearBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) & ~(1 << (index & 7));
}

/** Booleans are a byte each in DuckDB and a bit each in Arrow. */
export function packBooleans(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bytes.length / 8));
  for (let row = 0; row < bytes.length; row++) {
    if (bytes[row] === 1) packed[row >> 3] = (packed[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return packed;
}

/** Adds up where each text begins and ends, from the texts' lengths (int32); nulls have no length. */
export function addUpOffsets({ bytes, validity }: ColumnBuffers): Int32Array<ArrayBuffer> {
  const lengths = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const offsets = new Int32Array(lengths.length + 1);
  let end = 0;
  lengths.forEach((length, row) => {
    if (!validity || hasBit(validity, row)) end += length;
    offsets[row + 1] = end;
  });
  return offsets;
}
