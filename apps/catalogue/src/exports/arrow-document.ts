import { DuckDBBlobValue } from '@duckdb/node-api';
import type { Field } from '@sluice/contracts/fields';
import { makeData, RecordBatch, RecordBatchStreamWriter, type Schema, Struct } from 'apache-arrow';
import { quoted } from '../engine/sql';
import { ROW } from '../tables/version-table';
import { arrowData, arrowSchema, valueBytes } from './arrow-types';
import { readColumn } from './column-buffers';
import { type NumberedRows, type Piece, type Reading, readInSlices } from './row-slices';

/** The end of an IPC stream: a continuation mark and a length of zero. */
const END = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/**
 * Rows as an Arrow IPC stream, one record batch a slice. Buffers of numbers pass from DuckDB as they are; texts come
 * joined to one value, beside their lengths, so that none of them has to become a JavaScript string.
 */
export async function* arrowDocument(rows: NumberedRows, { engine, ...reading }: Reading): AsyncGenerator<Piece> {
  const { fields, relation, values } = rows;
  const schema = arrowSchema(fields);
  const head = encoded(schema, []);
  const columns = fields.map((field) =>
    isText(field) ? `strlen(${quoted(field.name)})::INTEGER` : quoted(field.name),
  );
  const texts = fields.filter(isText).map(({ name }) => `encode(string_agg(${quoted(name)}, '' ORDER BY ${ROW}))`);
  yield { bytes: head, rows: 0 };
  yield* readInSlices(rows.end, reading, async (where, lane) => {
    const limits = { ...reading, lane };
    const from = `FROM ${relation} WHERE ${where}`;
    const chunks = await engine.chunks(`SELECT ${columns.join(', ')} ${from} ORDER BY ${ROW}`, values, limits);
    const length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    if (length === 0) return { bytes: 0, pieces: [] };
    const joined = texts.length > 0 ? await engine.query(`SELECT ${texts.join(', ')} ${from}`, values, limits) : [];
    const blobs = (joined[0] ?? []).values();
    const children = fields.map((field, index) => {
      const blob = isText(field) ? blobs.next().value : null;
      const text = blob instanceof DuckDBBlobValue ? blob.bytes : new Uint8Array();
      return arrowData(field, readColumn(chunks, index, valueBytes[field.type]), text);
    });
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
    const bytes = encoded(schema, [batch]).subarray(head.length);
    return { bytes: bytes.length, pieces: [{ bytes, rows: length }] };
  });
  yield { bytes: END, rows: 0 };
}

function isText({ type }: Field): boolean {
  return type === 'text' || type === 'json';
}

/** The bytes of a stream without its end. */
function encoded(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.finish();
  const bytes = writer.toUint8Array(true);
  return bytes.subarray(0, bytes.length - END.length);
}
