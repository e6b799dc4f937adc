import { EXPORT_TAIL_BYTES, type ExportRequest } from '@sluice/contracts/catalogue/row-formats';
import type { CachedVersion } from '../cache/grown-version';
import type { VersionCache } from '../cache/version-cache';
import type { Engines } from '../engine/engines';
import { NumberRanges } from '../rows/number-ranges';
import { attachForExport } from './export-tables';
import { holdVersion } from './held-version';
import { resultSql } from './result-sql';
import { openDocument } from './row-document';
import { type Piece, SMALL_BYTES } from './row-slices';
import type { SpoolDirectory } from './spool-directory';
import { spool } from './spooled-rows';

/** All rows of a query as a document and its tail. The signal ends it wherever it is; it gives back what it took. */
export async function* streamExport(
  cache: VersionCache,
  engines: Engines,
  ranges: NumberRanges,
  spools: SpoolDirectory,
  request: ExportRequest,
  sliceBytes: () => number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { version, release } = await holdVersion(cache, request.snapshot);
  try {
    let rows = 0;
    const measured = await ranges.measured(version, request.group);
    for await (const piece of pieces(engines, spools, measured, request, sliceBytes, signal)) {
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
  engines: Engines,
  spools: SpoolDirectory,
  version: CachedVersion,
  request: ExportRequest,
  sliceBytes: () => number,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const size = version.stores.reduce((sum, { bytes }) => sum + bytes, 0);
  const reading = { engine: engines.exports, sliceBytes, signal, lane: size < SMALL_BYTES ? 'quick' : 'scan' } as const;
  const tables = await attachForExport(engines, version, spools, signal);
  try {
    const table = { ...version, sql: tables.sql };
    const result = resultSql(table, request);
    if (result.inFileOrder || request.format === 'parquet') {
      yield* openDocument(result, version.end, request, spools, reading);
      return;
    }
    const spooled = await spool(result, spools, reading);
    try {
      yield* openDocument(spooled.result, spooled.end, request, spools, reading);
    } finally {
      await spooled.remove();
    }
  } finally {
    await tables.release();
  }
}

function tail(rows: number): Uint8Array {
  const bytes = Buffer.alloc(EXPORT_TAIL_BYTES);
  bytes.writeBigUInt64LE(BigInt(rows));
  return bytes;
}
