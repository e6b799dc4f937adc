import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Field } from '@sluice/contracts/fields';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { inStage } from '@sluice/runtime/tracing';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import type { Engine } from '../engine/engine';
import { InstanceLost } from '../engine/engine-errors';
import { BlockEnds, RenderedRows } from '../tables/rendered-rows';
import { type RowStore, removeStore } from '../tables/row-store';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import { type CachedVersion, GrownVersion, RowsReplaced } from './grown-version';
import type { SentSource } from './sent-source';

/** A version as MongoDB has it. */
interface StoredVersion {
  fields: Field[];
  rowCount: number;
  keyFields?: readonly string[];
  /** Writes the version's Parquet file to a path. */
  fetch(path: string): Promise<void>;
}

/** Tells that the version is gone, here and in MongoDB. */
export class VersionGone extends Error {}

export interface CacheOptions {
  /** Belongs to this cache alone; what an earlier process left in it is removed. */
  directory: string;
  /** Bounds all tables together; the one used last stays even if it alone is larger. */
  maxBytes: number;
  reads: Engine;
  heavy: Engine;
  /** Finds a version, or null when there is none. */
  find(versionId: string): Promise<StoredVersion | null>;
  sent: SentSource;
  /** Tells whether so many bytes may be taken of the disk for what is of use, and not needed. */
  hasRoomToSpare(bytes: number): boolean;
  monotonicMs(): number;
}

/** A version that is at hand or on its way to be. */
interface Entry {
  versionId: string;
  users: number;
  bytes: number;
  /** Out of the cache: its file goes with its last user. */
  dropped: boolean;
  /** Not in the instance for reads any more, which DuckDB gave up. */
  detached: boolean;
  checkedMs: number;
  ready: Promise<{ base: RowStore; file: string; rows: GrownVersion }>;
}

const RECHECK_MS = 5_000;
/** The part of all bytes that rendered rows of one version may take. */
const RENDERED_SHARE = 0.25;
/** Memory for where rendered rows end, four bytes a row. */
const ENDS_BYTES = 16 * 1024 ** 2;
const lookups = new CountedLookups('sluice_version_cache_total', 'Versions that were at hand when rows were asked for');
const size = new WatchedNumbers('sluice_version_cache_bytes', 'Disk that the versions at hand take');
const count = new WatchedNumbers('sluice_version_cache_versions', 'Versions that are at hand');

/**
 * Keeps the versions that this replica has at hand, each a DuckDB file made from its Parquet file when it is first asked for,
 * and the rows that were sent to it since. Snapshots never change, so nothing in here is stale; all of it can be made
 * again, so anything of it may vanish from the disk. It is bounded there: the least recently used goes first, and no file goes while somebody reads it.
 */
export class VersionCache {
  private readonly logger = new Logger(VersionCache.name);
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;
  private built = 0;
  private readonly ends = new BlockEnds(ENDS_BYTES);

  private constructor(private readonly options: CacheOptions) {}

  static async open(options: CacheOptions): Promise<VersionCache> {
    await rm(options.directory, { recursive: true, force: true });
    const cache = new VersionCache(options);
    options.reads.onLost(() => cache.dropAll());
    size.watch(() => cache.bytes);
    count.watch(() => cache.entries.size);
    return cache;
  }

  /** Works with a snapshot; it stays at hand until the work is done. Throws `VersionGone` and `UnknownSnapshot`. */
  async use<Result>(snapshot: Snapshot, work: (table: CachedVersion) => Promise<Result>): Promise<Result> {
    try {
      return await this.useOnce(snapshot, work);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.logger.warn(`the rows of ${snapshot.versionId} were damaged and are fetched again`);
      return await this.useOnce(snapshot, work);
    }
  }

  private async useOnce<Result>(
    { versionId, seq }: Snapshot,
    work: (table: CachedVersion) => Promise<Result>,
  ): Promise<Result> {
    const entry = this.enter(versionId);
    try {
      const { rows } = await entry.ready;
      return await rows.use(seq, work);
    } catch (error) {
      if (entry.detached) throw new InstanceLost(false, { cause: error });
      if (isDamage(error)) this.drop(entry);
      throw error;
    } finally {
      this.leave(entry);
    }
  }

  /** Builds once however many ask at a time; a failure is not remembered. */
  private enter(versionId: string): Entry {
    const known = this.entries.get(versionId);
    lookups.count(known !== undefined);
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
      detached: false,
      checkedMs,
      ready: Promise.resolve().then(() => inStage('fetch version', () => this.build(entry))),
    };
    entry.ready.catch(() => this.drop(entry));
    return entry;
  }

  private async build(entry: Entry): Promise<{ base: RowStore; file: string; rows: GrownVersion }> {
    const { directory, maxBytes, reads, heavy, find, sent: source, hasRoomToSpare } = this.options;
    const { versionId } = entry;
    const stored = await find(versionId);
    if (!stored) throw new VersionGone(`there is no version ${versionId}`);
    const { fields, rowCount, keyFields } = stored;
    const alias = `v${++this.built}`;
    const parquet = join(directory, `${alias}.parquet`);
    const file = join(directory, `${alias}.duckdb`);
    const onBytes = (change: number) => {
      entry.bytes += change;
      if (!entry.dropped) this.bytes += change;
    };
    try {
      await mkdir(directory, { recursive: true });
      await stored.fetch(parquet);
      const bytes = await buildTableFile(heavy, alias, parquet, file);
      const sql = await attachTableFile(reads, alias, file);
      onBytes(bytes);
      const attached = { alias, file };
      const base = { sql, attached, firstRow: 0, rowCount, lastSeq: 0, bytes, users: 0, retired: false };
      const grown = new GrownVersion({
        id: alias,
        versionId,
        fields,
        keyFields,
        base,
        directory,
        reads,
        heavy,
        source,
        rendered: new RenderedRows({
          path: join(directory, alias),
          maxBytes: maxBytes * RENDERED_SHARE,
          ends: this.ends,
          onBytes,
          hasRoomFor: hasRoomToSpare,
        }),
        onBytes,
      });
      return { base, file, rows: grown };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await rm(parquet, { force: true });
    }
  }

  /** Gives up versions that nobody reads, the least recently used first, where that makes so much room on the disk. */
  makeRoom(bytes: number): void {
    const idle = [...this.entries.values()].filter(({ users }) => users === 0);
    if (bytes <= 0 || idle.reduce((sum, entry) => sum + entry.bytes, 0) < bytes) return;
    const aim = this.bytes - bytes;
    for (const entry of idle) {
      if (this.bytes <= aim) return;
      this.drop(entry);
      this.remove(entry);
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

  /** Forgets every version: none is attached to the instance for reads any more. Their files go with their users. */
  private dropAll(): void {
    for (const entry of this.entries.values()) {
      entry.detached = true;
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
        async ({ base, rows }) => {
          await rows.close();
          await removeStore(this.options.reads, base);
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

/** DuckDB's words for a file that was changed below its feet; and what was read from MongoDB may be there no more. */
function isDamage(error: unknown): boolean {
  if (error instanceof RowsReplaced) return true;
  if (error instanceof InstanceLost) return !error.isCause;
  return /IO Error|Serialization Error|Corrupt|Checksum/i.test(String(error));
}
