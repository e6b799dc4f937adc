import { type DataType, makeData, makeVector, Type, type Vector } from 'apache-arrow';

const DECIMAL_BYTES = 16;

/**
 * Makes a vector of values as Parquet stores them. Arrow's own builders make code from texts, which the policy of our pages forbids.
 */
export function vectorOf(arrow: DataType, values: readonly unknown[]): Vector {
  const { length } = values;
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let nullCount = length;
  values.forEach((value, row) => {
    if (value === null || value === undefined) return;
    setBit(nullBitmap, row);
    nullCount--;
  });
  const common = { length, nullCount, nullBitmap };
  if (arrow.typeId === Type.Utf8) return makeVector(makeData({ type: arrow, ...common, ...textsOf(values) }));
  return makeVector(makeData({ type: arrow, ...common, data: dataOf(arrow, values) } as never));
}

function dataOf({ typeId }: DataType, values: readonly unknown[]) {
  switch (typeId) {
    case Type.Bool: {
      const bits = new Uint8Array(Math.ceil(values.length / 8));
      for (const [row, value] of values.entries()) if (value === true) setBit(bits, row);
      return bits;
    }
    case Type.Float:
      return Float64Array.from(values, (value) => Number(value ?? 0));
    case Type.Date:
      return Int32Array.from(values, (value) => Number(value ?? 0));
    case Type.Decimal:
      return decimalsOf(values);
    default:
      return BigInt64Array.from(values, (value) => BigInt((value ?? 0) as bigint));
  }
}

/** Parquet has the largest byte first, Arrow the smallest. */
function decimalsOf(values: readonly unknown[]): Uint32Array {
  const bytes = new Uint8Array(values.length * DECIMAL_BYTES);
  values.forEach((value, row) => {
    if (!(value instanceof Uint8Array)) return;
    for (let at = 0; at < DECIMAL_BYTES; at++) bytes[row * DECIMAL_BYTES + at] = value[DECIMAL_BYTES - 1 - at] ?? 0;
  });
  return new Uint32Array(bytes.buffer);
}

function textsOf(values: readonly unknown[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const encoder = new TextEncoder();
  const pieces = values.map((value) => encoder.encode(typeof value === 'string' ? value : ''));
  const valueOffsets = new Int32Array(values.length + 1);
  pieces.forEach((piece, row) => {
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + piece.length;
  });
  const data = new Uint8Array(valueOffsets[values.length] ?? 0);
  for (const [row, piece] of pieces.entries()) data.set(piece, valueOffsets[row]);
  return { valueOffsets, data };
}

function setBit(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
