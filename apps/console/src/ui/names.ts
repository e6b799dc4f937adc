import type { FieldType } from '@sluice/contracts/fields';
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
