import { DuckDBBlobVector, type DuckDBDataChunk } from '@duckdb/node-api';
import type { RowFormatting } from '@sluice/contracts/catalogue/row-formats';
import { ROW } from '../tables/version-table';
import { type NumberedRows, type Piece, type Reading, readInSlices } from './row-slices';
import { textForm } from './text-form';

/** Records that DuckDB joins to one value: far fewer values cross over to JavaScript, and their bytes only pass. */
const JOINED = 2_048;

/** Rows as JSON, NDJSON or CSV, rendered by DuckDB. */
export async function* textDocument(
  rows: NumberedRows,
  formatting: RowFormatting,
  reading: Reading,
): AsyncGenerator<Piece> {
  const { record, separatorBytes, before, after } = textForm(rows.fields, formatting);
  let skipped = separatorBytes;
  if (before) yield { bytes: Buffer.from(before), rows: 0 };
  for await (const piece of joinedRecords(rows, record, reading)) {
    yield { ...piece, bytes: piece.bytes.subarray(skipped) };
    skipped = 0;
  }
  if (after) yield { bytes: Buffer.from(after), rows: 0 };
}

/** The records of rows one after the other; `record` is the SQL of one as a text. */
export function joinedRecords(
  rows: NumberedRows,
  record: string,
  { engine, ...reading }: Reading,
): AsyncGenerator<Piece> {
  return readInSlices(rows.end, reading, async (where, lane) => {
    const chunks = await engine.chunks(
      `SELECT text, rows, octet_length(text) FROM (
         SELECT encode(string_agg(record, '' ORDER BY ${ROW})) AS text, count(*) AS rows, min(${ROW}) AS first
         FROM (SELECT ${ROW}, ${record} AS record FROM ${rows.relation} WHERE ${where})
         GROUP BY ${ROW} // ${JOINED}
       ) ORDER BY first`,
      rows.values,
      { ...reading, lane },
    );
    return { bytes: sum(chunks), pieces: texts(chunks) };
  });
}

function sum(chunks: readonly DuckDBDataChunk[]): number {
  return chunks.flatMap((chunk) => chunk.getColumnValues(2)).reduce((bytes: number, size) => bytes + Number(size), 0);
}

/** Bytes become JavaScript's only now: those that it keeps while others are sent cost collections of all its memory. */
function* texts(chunks: readonly DuckDBDataChunk[]): Generator<Piece> {
  for (const chunk of chunks) {
    const [bytes, rows] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
    if (!(bytes instanceof DuckDBBlobVector)) throw new Error('joined records are not bytes');
    for (let index = 0; index < chunk.rowCount; index++) {
      yield { bytes: bytes.getItemBytes(index) ?? new Uint8Array(), rows: Number(rows.getItem(index)) };
    }
  }
}
