import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Result } from './result-sql';
import type { Piece, Reading } from './row-slices';
import type { SpoolDirectory } from './spool-directory';
import { writeParquet } from './write-parquet';

const READ_BYTES = 1024 ** 2;

/**
 * Rows as a Parquet file with the types that they are stored with. DuckDB writes it to the disk first, since its end
 * tells where everything is; the file goes when the last byte is read, or nobody wants to read on.
 */
export async function* parquetDocument(
  result: Result,
  spools: SpoolDirectory,
  reading: Reading,
): AsyncGenerator<Piece> {
  const path = await spools.newFile('parquet');
  try {
    let rows = await writeParquet(result, path, spools, reading);
    for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES })) {
      yield { bytes, rows };
      rows = 0;
    }
  } finally {
    await rm(path, { force: true });
  }
}
