import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Field } from '@sluice/contracts/fields';
import type { Engine } from '../engine/engine';
import { attachTableFile, buildTableFile, detachTableFile } from './table-file';
import type { VersionTable } from './version-table';

/** A version as MongoDB has it. */
export interface StoredVersion {
  fields: Field[];
  rowCount: number;
  /** Writes the version's Parquet file to a path. */
  fetch(path: string): Promise<void>;
}

/** The version is not there any more, neither here nor in MongoDB. */
export class VersionGone extends Error {}

export interface CacheOptions {
  /** Belongs to this cache alone; what an earlier process left in it is removed. */
  directory: string;
  /** Of all tables together; the one used last stays even if it alone is larger. */
  maxBytes: number;
  reads: Engine;
  heavy: Engine;
  /** Finds a version, or null when there is none. */
  find(versionId: string): Promise<StoredVersion | null>;
  monotonicMs(): number;
}

/** A version's table, and the file that it is in, for as long as it is in use. */
export interface CachedVersion extends VersionTable {
  /** Names the table's database in the engine: never used twice, so that a table can come while its like still goes. */
  alias: string;
  file: string;
}

/** A version that is at hand or on its way to be. */
interface Entry {
  versionId: string;
  users: number;
  bytes: number;
  /** Out of the cache: its file goes with its last user. */
  dropped: boolean;
  checkedMs: number;
  ready: Promise<CachedVersion>;
}

const RECHECK_MS = 5_000;

/**
 * The versions that this replica has at hand, each a DuckDB file made from its Parquet file when it is first asked for.
 * Versions never change, so nothing in here is stale; all of it can be made again, so anything of it may vanish from the
 * disk. It is bounded there: the least recently used goes first, and no file goes while somebody reads it.
 */
export class VersionCache {
  private readonly logger = new Logger(VersionCache.name);
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;
  private built = 0;

  private constructor(private readonly options: CacheOptions) {}

  static async open(options: CacheOptions): Promise<VersionCache> {
    await rm(options.directory, { recursive: true, force: true });
    return new VersionCache(options);
  }

  /** Works with a version; it stays at hand until the work is done. Throws `VersionGone`. */
  async use<Result>(versionId: string, work: (table: CachedVersion) => Promise<Result>): Promise<Result> {
    try {
      return await this.useOnce(versionId, work);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.logger.warn(`the table of ${versionId} was damaged and is made again`);
      return await this.useOnce(versionId, work);
    }
  }

  private async useOnce<Result>(versionId: string, work: (table: CachedVersion) => Promise<Result>): Promise<Result> {
    const entry = this.enter(versionId);
    try {
      return await work(await entry.ready);
    } catch (error) {
      if (isDamage(error)) this.drop(entry);
      throw error;
    } finally {
      this.leave(entry);
    }
  }

  /** Builds once however many ask at a time; a failure is not remembered. */
  private enter(versionId: string): Entry {
    const known = this.entries.get(versionId);
    const entry = known ?? this.load(versionId);
    entry.users++;
    this.entries.delete(versionId);
    this.entries.set(versionId, entry);
    if (known) this.recheck(known);
    return entry;
  }

  private leave(entry: Entry): void {
    entry.users--;
    if (entry.dropped) this.remove(entry);
    else this.shrink();
  }

  private load(versionId: string): Entry {
    const checkedMs = this.options.monotonicMs();
    const entry: Entry = {
      versionId,
      users: 0,
      bytes: 0,
      dropped: false,
      checkedMs,
      ready: Promise.resolve().then(() => this.build(entry)),
    };
    entry.ready.catch(() => this.drop(entry));
    return entry;
  }

  private async build(entry: Entry): Promise<CachedVersion> {
    const { directory, reads, heavy, find } = this.options;
    const stored = await find(entry.versionId);
    if (!stored) throw new VersionGone(`there is no version ${entry.versionId}`);
    const { fields, rowCount } = stored;
    const alias = `v${++this.built}`;
    const parquet = join(directory, `${alias}.parquet`);
    const file = join(directory, `${alias}.duckdb`);
    try {
      await mkdir(directory, { recursive: true });
      await stored.fetch(parquet);
      const bytes = await buildTableFile(heavy, alias, parquet, file);
      const sql = await attachTableFile(reads, alias, file);
      entry.bytes = bytes;
      if (!entry.dropped) this.bytes += bytes;
      return { sql, fields, rowCount, alias, file };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await rm(parquet, { force: true });
    }
  }

  private shrink(): void {
    const last = [...this.entries.keys()].at(-1);
    for (const entry of this.entries.values()) {
      if (this.bytes <= this.options.maxBytes) return;
      if (entry.users > 0 || entry.versionId === last) continue;
      this.drop(entry);
      this.remove(entry);
    }
  }

  private drop(entry: Entry): void {
    if (entry.dropped) return;
    entry.dropped = true;
    this.bytes -= entry.bytes;
    if (this.entries.get(entry.versionId) === entry) this.entries.delete(entry.versionId);
  }

  private remove(entry: Entry): void {
    if (entry.users > 0) return;
    entry.ready
      .then(
        async ({ alias, file }) => {
          await detachTableFile(this.options.reads, alias);
          await rm(file, { force: true });
        },
        // What could not be built has left nothing.
        () => {},
      )
      .catch((error: unknown) => this.logger.warn(error));
  }

  /** Now and then, beside the readers: a version that was deleted, or whose file was, is not served for long. */
  private recheck(entry: Entry): void {
    const nowMs = this.options.monotonicMs();
    if (nowMs - entry.checkedMs < RECHECK_MS) return;
    entry.checkedMs = nowMs;
    entry.users++;
    this.isThere(entry)
      .then(
        (there) => {
          if (!there) this.drop(entry);
        },
        // What cannot be checked, because MongoDB is away, is still right.
        () => {},
      )
      .finally(() => {
        this.leave(entry);
      });
  }

  private async isThere(entry: Entry): Promise<boolean> {
    const { file } = await entry.ready;
    const onDisk = await access(file).then(
      () => true,
      () => false,
    );
    return onDisk && (await this.options.find(entry.versionId)) !== null;
  }
}

/** DuckDB's words for a file that was changed below its feet. */
function isDamage(error: unknown): boolean {
  return /IO Error|Serialization Error|Corrupt|Checksum|Fatal Error/i.test(String(error));
}
