import type { Field, FieldType } from '@sluice/contracts/fields';
import {
  Field as ArrowField,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Float64,
  Int64,
  makeData,
  Schema,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { addUpOffsets, type ColumnBuffers, packBooleans } from './column-buffers';

const DECIMAL_DIGITS = 38;
/** The canonical extension type for JSON; readers that do not know it see text. */
const jsonExtension = new Map([
  ['ARROW:extension:name', 'arrow.json'],
  ['ARROW:extension:metadata', ''],
]);

/** Every type is exact: 64-bit integers, 128-bit decimals, microseconds. docs/formats.md has the same table. */
export function arrowSchema(fields: readonly Field[]): Schema {
  return new Schema(
    fields.map((field) => {
      return new ArrowField(field.name, arrowType(field), true, field.type === 'json' ? jsonExtension : undefined);
    }),
  );
}

function arrowType(field: Field): DataType {
  return arrowData(field, { bytes: new Uint8Array(), validity: null }, new Uint8Array()).type;
}

/** Bytes of a value in DuckDB's memory; for texts, of the length that stands in for them (int32). */
export const valueBytes: Readonly<Record<FieldType, number>> = {
  text: 4,
  json: 4,
  integer: 8,
  number: 8,
  decimal: 16,
  boolean: 1,
  date: 4,
  time: 8,
  datetime: 8,
};

/** One column of a batch. DuckDB counts days and microseconds from 1970 and lays decimals out as Arrow does. */
export function arrowData({ type, scale = 0 }: Field, buffers: ColumnBuffers, text: Uint8Array): Data {
  const { bytes, validity } = buffers;
  const base = { length: bytes.length / valueBytes[type], nullBitmap: validity ?? undefined };
  const longs = () => new BigInt64Array(bytes.buffer);
  switch (type) {
    case 'text':
    case 'json':
      return makeData({ type: new Utf8(), ...base, valueOffsets: addUpOffsets(buffers), data: text });
    case 'integer':
      return makeData({ type: new Int64(), ...base, data: longs() });
    case 'number':
      return makeData({ type: new Float64(), ...base, data: new Float64Array(bytes.buffer) });
    case 'decimal':
      return makeData({ type: new Decimal(scale, DECIMAL_DIGITS), ...base, data: new Uint32Array(bytes.buffer) });
    case 'boolean':
      return makeData({ type: new Bool(), ...base, data: packBooleans(bytes) });
    case 'date':
      return makeData({ type: new DateDay(), ...base, data: new Int32Array(bytes.buffer) });
    case 'time':
      return makeData({ type: new TimeMicrosecond(), ...base, data: longs() });
    case 'datetime':
      return makeData({ type: new TimestampMicrosecond('UTC'), ...base, data: longs() });
  }
}
