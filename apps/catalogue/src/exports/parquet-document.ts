import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Field } from '@sluice/contracts/fields';
import { literal, quoted } from '../engine/sql';
import { ROW } from '../tables/version-table';
import type { Result } from './result-sql';
import type { Piece, Reading } from './row-slices';
import type { SpoolDirectory } from './spool-directory';

const READ_BYTES = 1024 ** 2;

/**
 * Rows as a Parquet file with the types that they are stored with. DuckDB writes it to the disk first, since its end
 * tells where everything is; the file goes when the last byte is read, or nobody wants to read on.
 */
export async function* parquetDocument(
  { sql, values, fields, inFileOrder }: Result,
  spools: SpoolDirectory,
  { engine, ...limits }: Reading,
): AsyncGenerator<Piece> {
  const path = await spools.newFile('parquet');
  try {
    const order = inFileOrder ? `ORDER BY ${ROW}` : '';
    const list = fields.map(stored).join(', ');
    const copy = `COPY (SELECT ${list} FROM (${sql}) ${order}) TO ${literal(path)} (FORMAT parquet)`;
    const [written] = await spools.writing(limits.signal, (signal) =>
      engine.query(copy, values, { ...limits, signal }),
    );
    let rows = Number(written?.[0]);
    for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES })) {
      yield { bytes, rows };
      rows = 0;
    }
  } finally {
    await rm(path, { force: true });
  }
}

/** A datetime is a moment: readers are told that it is UTC. */
function stored({ name, type }: Field): string {
  return type === 'datetime' ? `timezone('UTC', ${quoted(name)}) AS ${quoted(name)}` : quoted(name);
}
