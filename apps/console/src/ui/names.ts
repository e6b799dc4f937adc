import type { FieldType } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import type { Format, ListedFormat } from '@sluice/contracts/formats';

/** The formats' names for people; a format that is missing here does not compile. */
export const formatNames: Readonly<Record<Format, string>> = {
  json: 'JSON',
  ndjson: 'NDJSON',
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  parquet: 'Parquet',
  arrow: 'Arrow',
};
export const formats = Object.keys(formatNames) as Format[];
/** Those that an API's settings list; XLSX comes with CSV. */
export const listedFormats = formats.filter((format): format is ListedFormat => format !== 'xlsx');

export const typeNames: Readonly<Record<FieldType, string>> = {
  text: 'text',
  integer: 'integer',
  number: 'number',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  datetime: 'date and time',
  time: 'time',
  json: 'JSON',
};
export const fieldTypes = Object.keys(typeNames) as FieldType[];

/** How operators are told in a sentence of field, operator and value. */
export const operatorNames: Readonly<Record<FilterOperator, string>> = {
  eq: 'is',
  ne: 'is not',
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
  in: 'is one of',
  nin: 'is none of',
  null: 'is empty',
  contains: 'contains',
  icontains: 'contains, in any case',
  starts: 'starts with',
  istarts: 'starts with, in any case',
  ends: 'ends with',
  iends: 'ends with, in any case',
  has: 'has',
};
