import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config';
import { Engines } from '../engine/engines';
import { literal, quoted } from '../engine/sql';
import type { VersionDoc } from '../versions/version-doc';
import { VersionFiles } from '../versions/version-files';
import { VersionsStore } from '../versions/versions.store';
import { ROW, type VersionTable } from './version-table';

interface Entry {
  ready: Promise<VersionTable>;
  bytes: number;
  users: number;
}

/** The version is not there any more, neither here nor in MongoDB. */
export class VersionGone extends Error {}

/**
 * The versions that this replica has at hand, each a DuckDB file made from its Parquet file when it is first asked for.
 * All of it can be made again: it is bounded on disk, the least recently used goes first, and files that somebody
 * deleted are rebuilt.
 */
@Injectable()
export class VersionCache {
  private readonly logger = new Logger(VersionCache.name);
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly directory: string;

  constructor(
    private readonly engines: Engines,
    private readonly versions: VersionsStore,
    private readonly files: VersionFiles,
    @Inject(CATALOGUE_CONFIG) private readonly config: CatalogueConfig,
  ) {
    this.directory = join(engines.directory, 'versions');
  }

  /** Works with a version; it stays at hand until the work is done. Throws `VersionGone`. */
  async use<Result>(versionId: string, work: (table: VersionTable) => Promise<Result>): Promise<Result> {
    const entry = this.entries.get(versionId) ?? this.add(versionId);
    this.entries.delete(versionId);
    this.entries.set(versionId, entry);
    entry.users++;
    try {
      return await work(await entry.ready);
    } finally {
      entry.users--;
      await this.evict();
    }
  }

  /** Builds once however many ask at a time; a failure is not remembered. */
  private add(versionId: string): Entry {
    const entry: Entry = { ready: this.open(versionId), bytes: 0, users: 0 };
    entry.ready
      .then(
        async () => {
          entry.bytes = (await stat(this.pathOf(versionId))).size;
        },
        () => this.entries.delete(versionId),
      )
      .catch((error: unknown) => this.logger.warn(error));
    return entry;
  }

  private async open(versionId: string): Promise<VersionTable> {
    const doc = await this.versions.find(versionId);
    if (!doc) throw new VersionGone(`there is no version ${versionId}`);
    const path = this.pathOf(versionId);
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (!exists) await this.build(doc, path);
    await this.engines.reads.query(`ATTACH ${literal(path)} AS ${quoted(versionId)} (READ_ONLY)`);
    return { sql: `${quoted(versionId)}.rows`, fields: doc.fields, rowCount: doc.rowCount };
  }

  /** The file takes its name only when it is complete: what is found under it after a crash can be used. */
  private async build({ _id, fileId }: VersionDoc, path: string): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const parquet = `${path}.parquet`;
    const unfinished = `${path}.unfinished`;
    const build = quoted(`build ${_id}`);
    const { heavy } = this.engines;
    try {
      await rm(unfinished, { force: true });
      await this.files.fetch(fileId, parquet);
      await heavy.query(`ATTACH ${literal(unfinished)} AS ${build}`);
      try {
        await heavy.query(
          `CREATE TABLE ${build}.rows AS SELECT file_row_number AS ${ROW}, * EXCLUDE (file_row_number)
           FROM read_parquet(${literal(parquet)}, file_row_number = true)`,
        );
        await heavy.query(`CHECKPOINT ${build}`);
      } finally {
        await heavy.query(`DETACH ${build}`);
      }
      await rename(unfinished, path);
    } finally {
      await Promise.all([parquet, unfinished].map((each) => rm(each, { force: true })));
    }
  }

  /** Drops the least recently used versions beyond the limit; one in use stays. */
  private async evict(): Promise<void> {
    let bytes = 0;
    for (const entry of this.entries.values()) bytes += entry.bytes;
    for (const [versionId, entry] of this.entries) {
      if (bytes <= this.config.SLUICE_CACHE_BYTES) return;
      if (entry.users > 0 || entry.bytes === 0) continue;
      bytes -= entry.bytes;
      this.entries.delete(versionId);
      await this.engines.reads.query(`DETACH ${quoted(versionId)}`);
      await rm(this.pathOf(versionId), { force: true });
    }
  }

  private pathOf(versionId: string): string {
    return join(this.directory, `${versionId}.duckdb`);
  }
}
