import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Float64,
  Int64,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { FileMetaData, SchemaElement } from 'hyparquet';

/** A column of the file: its name, what DuckDB calls its type, and what Arrow does. */
export interface ParquetColumn {
  name: string;
  sqlType: string;
  arrow: DataType;
}

/** A file as its end describes it. */
export interface ParquetFile {
  rows: number;
  columns: ParquetColumn[];
  /** For reading values as they are stored, where a JavaScript value would lose digits of them. */
  metadata: FileMetaData;
}

/** Reads what the file says of itself. */
export function describeFile(metadata: FileMetaData): ParquetFile {
  const [root, ...leaves] = metadata.schema;
  const schema = [...(root ? [root] : []), ...leaves.map(asStored)];
  return { rows: Number(metadata.num_rows), columns: leaves.map(columnOf), metadata: { ...metadata, schema } };
}

/** Without its logical type a value comes as it is stored; texts alone are texts. */
function asStored(element: SchemaElement): SchemaElement {
  if (element.type === 'BYTE_ARRAY') return element;
  const { logical_type: _logical, converted_type: _converted, ...stored } = element;
  return stored;
}

function columnOf({
  name,
  type,
  logical_type: logical,
  converted_type: converted,
  precision = 38,
  scale = 0,
}: SchemaElement): ParquetColumn {
  if (type === 'FIXED_LEN_BYTE_ARRAY')
    return { name, sqlType: `DECIMAL(${precision}, ${scale})`, arrow: new Decimal(scale, precision, 128) };
  if (type === 'BOOLEAN') return { name, sqlType: 'BOOLEAN', arrow: new Bool() };
  if (type === 'DOUBLE') return { name, sqlType: 'DOUBLE', arrow: new Float64() };
  if (type === 'BYTE_ARRAY') return { name, sqlType: 'VARCHAR', arrow: new Utf8() };
  // Files have one or the other, or both.
  const kind = logical?.type ?? converted ?? '';
  if (kind.startsWith('TIMESTAMP')) return { name, sqlType: 'TIMESTAMP', arrow: new TimestampMicrosecond() };
  if (kind.startsWith('TIME')) return { name, sqlType: 'TIME', arrow: new TimeMicrosecond() };
  if (kind === 'DATE') return { name, sqlType: 'DATE', arrow: new DateDay() };
  return { name, sqlType: 'BIGINT', arrow: new Int64() };
}
