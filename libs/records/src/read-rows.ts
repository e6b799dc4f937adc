import type { CsvForm } from './csv-form';
import { CsvReader } from './csv-reader';
import type { CsvSink } from './csv-sink';
import { JsonReader, type JsonSink } from './json-reader';

/** The format of a body: an array of objects or one object, one object a line, or CSV with a header. */
export type RowFormat = 'json' | 'ndjson' | 'csv';

/** Takes the rows of a body in any of the formats. */
export interface RowSinks {
  csv: CsvSink;
  json: JsonSink;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Small, because readers set aside memory for what a chunk may become. */
const CHUNK_BYTES = 16 * 1024;
/** A row as it is written. It is read in one step, which must not take long. */
const maxRecordBytes = 2 * 1024 * 1024;

/**
 * Reads a whole body that is at hand, a step at a time, so that others can have the event loop in between: UTF-8, with or
 * without a byte order mark. Throws Unreadable, and what a sink throws.
 */
export function* readRows(
  format: RowFormat,
  bytes: Uint8Array,
  sinks: RowSinks,
  form: CsvForm = {},
): Generator<void, void> {
  const reader =
    format === 'csv'
      ? new CsvReader(sinks.csv, { ...form, maxRecordBytes })
      : new JsonReader(sinks.json, { lines: format === 'ndjson', single: format === 'json', maxRecordBytes });
  const text = withoutByteOrderMark(bytes);
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    reader.push(text.subarray(at, at + CHUNK_BYTES));
    yield;
  }
  reader.end();
}

/** Leaves out a byte order mark at the beginning; the bytes stay where they are. */
export function withoutByteOrderMark(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isMarked = text.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return isMarked ? text.subarray(BYTE_ORDER_MARK.length) : text;
}
