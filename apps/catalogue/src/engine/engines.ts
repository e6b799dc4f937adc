import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogueConfig } from '../config';
import { Engine } from './engine';
import { openReplicaDirectory } from './replica-directory';

/** The two DuckDB instances of a replica: short reads never wait behind imports, nor share memory with them. */
export class Engines {
  private constructor(
    /** The only directory that either may touch. */
    readonly directory: string,
    readonly reads: Engine,
    readonly heavy: Engine,
  ) {}

  static async open(config: CatalogueConfig): Promise<Engines> {
    const directory = await openReplicaDirectory(config.SLUICE_CACHE_DIR);
    for (const name of ['reads-spill', 'heavy-spill', 'imports']) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
    const threads = config.SLUICE_THREADS;
    const [reads, heavy] = await Promise.all([
      Engine.open({
        directory,
        name: 'reads',
        memoryBytes: config.SLUICE_READ_MEMORY_BYTES,
        threads,
        running: 2 * threads,
        waiting: 500,
      }),
      Engine.open({
        directory,
        name: 'heavy',
        memoryBytes: config.SLUICE_IMPORT_MEMORY_BYTES,
        threads,
        running: 2,
        waiting: 1_000,
      }),
    ]);
    return new Engines(directory, reads, heavy);
  }

  /** Nest calls this once handlers have finished. */
  onApplicationShutdown(): void {
    this.reads.close();
    this.heavy.close();
  }
}
