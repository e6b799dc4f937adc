import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { instanceId } from '@sluice/runtime/logging';
import { VersionRemoval } from '../datasets/version-removal';
import { ImportConclusion } from './import-conclusion';
import { interrupted } from './import-failure';
import { ImportsStore } from './imports.store';

const SWEEP_MS = 30_000;
/** A process that was frozen may still write for a moment after it was given up. */
const AFTERMATH_MS = 10 * 60_000;

/** Clears away, on any replica, what imports left whose process ended, and what deleted datasets left. */
@Injectable()
export class ImportSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ImportSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly imports: ImportsStore,
    private readonly conclusion: ImportConclusion,
    private readonly removal: VersionRemoval,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () => this.sweep().catch((error: unknown) => this.logger.warn(`sweep: ${String(error)}`));
    this.timer = setInterval(() => void sweep(), SWEEP_MS);
    void sweep();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    for (
      let doc = await this.imports.takeAbandoned(instanceId);
      doc;
      doc = await this.imports.takeAbandoned(instanceId)
    ) {
      this.logger.log(`clearing away ${doc._id}`);
      await this.conclusion.conclude(doc, interrupted);
    }
    const since = new Date(Date.now() - AFTERMATH_MS);
    for (const doc of await this.imports.failedSince(since)) await this.conclusion.removeTraces(doc);
    await this.removal.sweep();
  }
}
