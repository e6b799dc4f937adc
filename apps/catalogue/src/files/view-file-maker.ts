import { rm } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { ViewFileRequest } from '@sluice/contracts/catalogue/view-files';
import type { CachedVersion } from '../cache/grown-version';
import { VersionCache } from '../cache/version-cache';
import { Engines } from '../engine/engines';
import { attachForExport } from '../exports/export-tables';
import { resultSql } from '../exports/result-sql';
import { SpoolDirectory } from '../exports/spool-directory';
import { writeParquetInGroups } from '../exports/write-parquet';
import type { ViewFileDoc } from '../stores/view-file-doc';
import { MadeFiles } from './made-files';

/** Whoever reads one column of a few rows fetches no more than this of it. */
const MAX_GROUP_BYTES = 16 * 1024 ** 2;
const MAKE_LIMIT_MS = 600_000;

/** Makes the file of what a view shows of a snapshot. */
@Injectable()
export class ViewFileMaker {
  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
    private readonly spools: SpoolDirectory,
    private readonly made: MadeFiles,
  ) {}

  async make(id: string, request: ViewFileRequest): Promise<ViewFileDoc> {
    const path = await this.spools.newFile('parquet');
    const signal = AbortSignal.timeout(MAKE_LIMIT_MS);
    try {
      const rows = await this.cache.use(request.snapshot, (version) => this.writeRows(version, request, path, signal));
      return await this.made.keep({ _id: id, versionId: request.snapshot.versionId, rows }, path, signal);
    } finally {
      await rm(path, { force: true });
    }
  }

  private async writeRows(
    version: CachedVersion,
    request: ViewFileRequest,
    path: string,
    signal: AbortSignal,
  ): Promise<number> {
    const tables = await attachForExport(this.engines, version, this.spools, signal);
    try {
      const result = resultSql({ ...version, sql: tables.sql }, { ...request, search: null, group: null });
      const reading = { engine: this.engines.exports, signal, lane: 'scan' } as const;
      return await writeParquetInGroups(
        result,
        { path, mostRows: version.rowCount },
        this.spools,
        reading,
        MAX_GROUP_BYTES,
      );
    } finally {
      await tables.release();
    }
  }
}
