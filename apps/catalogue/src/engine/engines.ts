import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readiness } from '@sluice/runtime/readiness';
import type { CatalogueConfig } from '../config/catalogue-config';
import { Engine } from './engine';
import { measureEngines } from './engine-metrics';
import { ReplicaDirectory } from './replica-directory';
import { readSpillLimit } from './spill-limit';

/** The DuckDB instances of a replica: short reads, imports and exports neither wait for each other nor share memory. */
export class Engines {
  private constructor(
    private readonly ofReplica: ReplicaDirectory,
    readonly reads: Engine,
    readonly heavy: Engine,
    readonly exports: Engine,
  ) {}

  static async open(config: CatalogueConfig, readiness: Readiness): Promise<Engines> {
    const ofReplica = await ReplicaDirectory.open(config.SLUICE_CACHE_DIR);
    const directory = ofReplica.path;
    for (const name of ['reads-spill', 'heavy-spill', 'exports-spill', 'imports', 'exports', 'compaction']) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
    const threads = config.SLUICE_THREADS;
    const spillBytes = await readSpillLimit(directory, config.SLUICE_DISK_RESERVE_BYTES);
    const [reads, heavy, exports] = await Promise.all([
      Engine.open({
        directory,
        name: 'reads',
        memoryBytes: config.SLUICE_READ_MEMORY_BYTES,
        spillBytes,
        threads,
        isTimed: true,
        running: threads,
        waiting: 500,
        // One caller leaves places to others: with two of its scans at a time the pages of others took half as long again.
        scans: { running: 2 * threads, each: Math.max(1, Math.floor(threads / 2)) },
      }),
      Engine.open({
        directory,
        name: 'heavy',
        memoryBytes: config.SLUICE_IMPORT_MEMORY_BYTES,
        spillBytes,
        threads,
        running: 2,
        waiting: 1_000,
      }),
      Engine.open({
        directory,
        name: 'exports',
        memoryBytes: config.SLUICE_EXPORT_MEMORY_BYTES,
        spillBytes: config.SLUICE_EXPORT_BYTES,
        threads,
        isTimed: true,
        // Short ones, and exports of few rows: what is large already has the other places.
        running: 8,
        waiting: 4_000,
        scans: { running: config.SLUICE_EXPORTS, each: Math.max(1, config.SLUICE_EXPORTS - 1) },
      }),
    ]);
    for (const [name, engine] of Object.entries({ reads, heavy, exports })) {
      readiness.register(`duckdb for ${name}`, () => (engine.isOpen ? null : 'it failed and is opened anew'));
    }
    measureEngines({ reads, heavy, exports });
    return new Engines(ofReplica, reads, heavy, exports);
  }

  /** The only directory that any of them may touch. */
  get directory(): string {
    return this.ofReplica.path;
  }

  /** Nest calls this once handlers have finished. */
  async onApplicationShutdown(): Promise<void> {
    this.reads.close();
    this.heavy.close();
    this.exports.close();
    await this.ofReplica.close();
  }
}
