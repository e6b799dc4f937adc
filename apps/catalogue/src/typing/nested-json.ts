import {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import { jsonText } from '../engine/json-text';
import { literal, quoted } from '../engine/sql';
import { convert } from './text-conversion';

const NUMBERS = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.DECIMAL,
]);
const TIMESTAMPS = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
]);

/** Tells whether it is a text that the file says is JSON. */
export function isJsonType(type: DuckDBType): boolean {
  return type.typeId === DuckDBTypeId.VARCHAR && type.alias === 'JSON';
}

/** A time in microseconds: a cast would round the nanoseconds. */
export function cutTime(sql: string): string {
  return `left(${sql}::VARCHAR, ${'00:00:00.000000'.length})::TIME`;
}

export function isNested(type: DuckDBType): boolean {
  return (
    type instanceof DuckDBListType ||
    type instanceof DuckDBArrayType ||
    type instanceof DuckDBStructType ||
    type instanceof DuckDBMapType
  );
}

/** The JSON text of a value of any DuckDB type, NULL for NULL; numbers keep their digits, NaN inside becomes null. */
export function nestedJson(type: DuckDBType, sql: string, depth = 0): string {
  const item = `e${depth}`;
  const inner = (of: DuckDBType, from: string) => `coalesce(${nestedJson(of, from, depth + 1)}, 'null')`;
  const joined = (list: string, each: string) =>
    `array_to_string(list_transform(${list}, lambda ${item}: ${each}), ',')`;
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) {
    return `('[' || ${joined(sql, inner(type.valueType, item))} || ']')`;
  }
  if (type instanceof DuckDBMapType) {
    const entry = `to_json(${item}.key::VARCHAR)::VARCHAR || ':' || ${inner(type.valueType, `${item}.value`)}`;
    return `('{' || ${joined(`map_entries(${sql})`, entry)} || '}')`;
  }
  if (type instanceof DuckDBStructType) {
    const members = type.entryNames.map((name, index) => {
      const of = type.entryTypes[index];
      const value = of ? inner(of, `(${sql}).${quoted(name)}`) : `'null'`;
      return `${literal(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`)}, ${value}`;
    });
    return `(CASE WHEN ${sql} IS NOT NULL THEN concat('{', ${members.join(', ')}, '}') END)`;
  }
  return scalarJson(type, sql);
}

function scalarJson(type: DuckDBType, sql: string): string {
  if (isJsonType(type)) {
    const { value, fits } = convert(`${sql}::VARCHAR`, 'json');
    return `(CASE WHEN ${fits} THEN ${value} ELSE ${jsonText.text(`${sql}::VARCHAR`)} END)`;
  }
  if (NUMBERS.has(type.typeId)) return jsonText.number(sql);
  if (TIMESTAMPS.has(type.typeId)) return jsonText.datetime(`${sql}::TIMESTAMP`);
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return jsonText.boolean(sql);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return `(CASE WHEN isfinite(${sql}) THEN ${jsonText.number(sql)} END)`;
    case DuckDBTypeId.DATE:
    case DuckDBTypeId.TIME:
      return jsonText.quoted(sql);
    case DuckDBTypeId.TIME_NS:
      return jsonText.quoted(cutTime(sql));
    case DuckDBTypeId.TIMESTAMP_TZ:
      return jsonText.datetime(`timezone('UTC', ${sql})`);
    case DuckDBTypeId.BLOB:
      return jsonText.text(`base64(${sql})`);
    default:
      return jsonText.text(`${sql}::VARCHAR`);
  }
}
