import { join } from 'node:path';
import { EXPORT_TAIL_BYTES, type ExportRequest } from '@sluice/contracts/row-formats';
import { attachTableFile, detachTableFile } from '../cache/table-file';
import type { CachedVersion, VersionCache } from '../cache/version-cache';
import type { Engines } from '../engine/engines';
import { holdVersion } from './held-version';
import { resultSql } from './result-sql';
import { documentOf } from './row-document';
import type { Piece } from './row-slices';
import { spool } from './spooled-rows';

let started = 0;

/** All rows of a query as a document and its tail. The signal ends it wherever it is; it gives back what it took. */
export async function* exportBytes(
  cache: VersionCache,
  engines: Engines,
  request: ExportRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { version, release } = await holdVersion(cache, request.snapshot.versionId);
  try {
    let rows = 0;
    for await (const piece of pieces(engines, version, request, signal)) {
      rows += piece.rows;
      yield piece.bytes;
    }
    yield tail(rows);
  } catch (error) {
    release(error);
    throw error;
  } finally {
    release();
  }
}

async function* pieces(
  { exports: engine, directory }: Engines,
  version: CachedVersion,
  request: ExportRequest,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const reading = { engine, signal };
  const own = join(directory, 'exports');
  const alias = `e${++started}`;
  // The same file as that of the reads: DuckDB shares it between instances that only read.
  const table = { ...version, sql: await attachTableFile(engine, alias, version.file) };
  try {
    const result = resultSql(table, request);
    if (result.inFileOrder || request.format === 'parquet') {
      yield* documentOf(result, version.rowCount, request, own, reading);
      return;
    }
    const spooled = await spool(result, own, reading);
    try {
      yield* documentOf(spooled.result, spooled.end, request, own, reading);
    } finally {
      await spooled.remove();
    }
  } finally {
    await detachTableFile(engine, alias);
  }
}

function tail(rows: number): Uint8Array {
  const bytes = Buffer.alloc(EXPORT_TAIL_BYTES);
  bytes.writeBigUInt64LE(BigInt(rows));
  return bytes;
}
