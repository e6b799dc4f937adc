import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { instanceId } from '@sluice/runtime/logging';
import { repeat } from '@sluice/storage/repeat';
import { VersionRemoval } from '../datasets/version-removal';
import { ImportsStore } from '../stores/imports.store';
import { ImportConclusion } from './import-conclusion';
import { interrupted } from './import-failure';

/** Somebody waits for the end of an import whose process is gone: it is told soon after the lease ran out. */
const CLEAR_MS = 5_000;
const SWEEP_MS = 30_000;
/** A process that was frozen may still write for a moment after it was given up. */
const AFTERMATH_MS = 10 * 60_000;

/** Clears away, on any replica, what imports left whose process ended, and what deleted datasets left. */
@Injectable()
export class ImportSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ImportSweeper.name);
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly imports: ImportsStore,
    private readonly conclusion: ImportConclusion,
    private readonly removal: VersionRemoval,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () => this.sweep().catch((error: unknown) => this.logger.warn(`sweep: ${String(error)}`));
    this.timers = [repeat(ImportSweeper.name, CLEAR_MS, () => this.clear()), setInterval(() => void sweep(), SWEEP_MS)];
    void sweep();
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  async sweep(): Promise<void> {
    await this.clear();
    const since = new Date(Date.now() - AFTERMATH_MS);
    for (const doc of await this.imports.failedSince(since)) await this.conclusion.removeTraces(doc);
    await this.removal.sweep();
  }

  private async clear(): Promise<void> {
    for (
      let doc = await this.imports.takeAbandoned(instanceId);
      doc;
      doc = await this.imports.takeAbandoned(instanceId)
    ) {
      this.logger.log(`clearing away ${doc._id}`);
      await this.conclusion.conclude(doc, interrupted);
    }
  }
}
