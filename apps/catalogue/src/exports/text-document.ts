import { DuckDBBlobValue } from '@duckdb/node-api';
import type { RowFormatting } from '@sluice/contracts/row-formats';
import { ROW } from '../cache/version-table';
import { literal } from '../engine/sql';
import { inSlices, type NumberedRows, type Piece, type Reading } from './row-slices';
import { textForm } from './text-form';

/** Records that DuckDB joins to one value: far fewer values cross over to JavaScript, and their bytes only pass. */
const JOINED = 2_048;

/** Rows as JSON, NDJSON or CSV, rendered by DuckDB. */
export async function* textDocument(
  rows: NumberedRows,
  formatting: RowFormatting,
  { engine, ...limits }: Reading,
): AsyncGenerator<Piece> {
  const { record, before, between, end, after } = textForm(rows.fields, formatting);
  const separator = Buffer.from(between);
  let first = true;
  if (before) yield { bytes: Buffer.from(before), rows: 0 };
  const slices = inSlices(rows.end, async (where) => {
    const cells = await engine.query(
      `SELECT encode(string_agg(record, ${literal(between)} ORDER BY ${ROW})), count(*)
       FROM (SELECT ${ROW}, ${record} AS record FROM ${rows.relation} WHERE ${where})
       GROUP BY ${ROW} // ${JOINED} ORDER BY min(${ROW})`,
      rows.values,
      limits,
    );
    const parts = cells.flatMap(([blob]) => (blob instanceof DuckDBBlobValue ? [separator, blob.bytes] : []));
    const count = cells.reduce((sum, [, counted]) => sum + Number(counted), 0);
    return { bytes: Buffer.concat(first ? parts.slice(1) : parts), rows: count };
  });
  for await (const slice of slices) {
    first = false;
    yield slice;
  }
  const last = (first ? '' : end) + after;
  if (last) yield { bytes: Buffer.from(last), rows: 0 };
}
