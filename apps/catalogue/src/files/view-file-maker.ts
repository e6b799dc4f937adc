import { rm, stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ViewFileRequest } from '@sluice/contracts/catalogue/view-files';
import { requestScope } from '@sluice/runtime/request-scope';
import { inStage } from '@sluice/runtime/tracing';
import { Types } from 'mongoose';
import type { CachedVersion } from '../cache/grown-version';
import { VersionCache } from '../cache/version-cache';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { StorageFull } from '../engine/engine-errors';
import { Engines } from '../engine/engines';
import { attachForExport } from '../exports/export-tables';
import { resultSql } from '../exports/result-sql';
import { SpoolDirectory } from '../exports/spool-directory';
import { writeParquetInGroups } from '../exports/write-parquet';
import { ViewFileBytes } from '../stores/stored-files';
import type { ViewFileDoc } from '../stores/view-file-doc';
import { ViewFileRemoval } from '../stores/view-file-removal';
import { ViewFilesStore } from '../stores/view-files.store';
import { LocalViewFiles } from './local-view-files';

/** Whoever reads one column of a few rows fetches no more than this of it. */
const MAX_GROUP_BYTES = 16 * 1024 ** 2;
const MAKE_LIMIT_MS = 600_000;

/** Writes the file of a view and stores it for all replicas. */
@Injectable()
export class ViewFileMaker {
  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
    private readonly spools: SpoolDirectory,
    private readonly local: LocalViewFiles,
    private readonly files: ViewFileBytes,
    private readonly store: ViewFilesStore,
    private readonly removal: ViewFileRemoval,
    @Inject(CATALOGUE_CONFIG) private readonly config: CatalogueConfig,
  ) {}

  /** Makes a file for whoever asks: in turns with others of the caller, whether that one still waits or not. */
  make(id: string, request: ViewFileRequest): Promise<ViewFileDoc> {
    const scope = requestScope.getStore();
    const work = () => inStage('make view file', () => this.write(id, request));
    return scope ? requestScope.run({ ...scope, deadlineMs: undefined }, work) : work();
  }

  private async write(id: string, request: ViewFileRequest): Promise<ViewFileDoc> {
    const path = await this.spools.newFile('parquet');
    const signal = AbortSignal.timeout(MAKE_LIMIT_MS);
    try {
      const rows = await this.cache.use(request.snapshot, (version) => this.writeRows(version, request, path, signal));
      const { size: bytes } = await stat(path);
      const { versionId } = request.snapshot;
      const hasRoom = await this.removal.makeRoom(versionId, bytes, this.config.SLUICE_VIEW_FILE_BYTES, Date.now());
      if (!hasRoom) throw new StorageFull('files of views take all the room that they may');
      return await this.keep({ id, versionId, bytes, rows }, path, signal);
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
      return await writeParquetInGroups(result, path, this.spools, reading, MAX_GROUP_BYTES);
    } finally {
      await tables.release();
    }
  }

  /** Where another replica was faster, its file is the one: two that are made alike need not have the same bytes. */
  private async keep(
    { id, versionId, bytes, rows }: { id: string; versionId: string; bytes: number; rows: number },
    path: string,
    signal: AbortSignal,
  ): Promise<ViewFileDoc> {
    const fileId = new Types.ObjectId();
    const sha256 = await this.files.store(fileId, id, path, signal);
    const now = new Date();
    const doc = { _id: id, versionId, fileId, bytes, sha256, rows, createdAt: now, readAt: now };
    if (await this.store.insert(doc)) {
      await this.local.take(id, path, bytes);
      return doc;
    }
    await this.files.remove(fileId);
    const first = await this.store.find(id);
    if (!first) throw new Error('the file was removed while it was made');
    return first;
  }
}
