import type { DuckDBDataChunk } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';

/** The values of a column as DuckDB has them in memory, `width` bytes each. */
export function readVector({ chunk, rowCount }: DuckDBDataChunk, index: number, width: number): Uint8Array {
  return bindings.vector_get_data(bindings.data_chunk_get_vector(chunk, index), rowCount * width);
}
