import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { instanceId } from '@sluice/runtime/logging';
import { Ticker } from '@sluice/runtime/ticker';
import { TURN_LIMIT_MS, within } from '@sluice/storage/within';
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
  private readonly tickers = [
    new Ticker({ name: ImportSweeper.name, everyMs: CLEAR_MS, turn: () => within(TURN_LIMIT_MS, this.clear()) }),
    new Ticker({ name: ImportSweeper.name, everyMs: SWEEP_MS, atOnce: true, turn: () => this.sweep() }),
  ];

  constructor(
    private readonly imports: ImportsStore,
    private readonly conclusion: ImportConclusion,
    private readonly removal: VersionRemoval,
  ) {}

  onApplicationBootstrap(): void {
    for (const ticker of this.tickers) ticker.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.tickers.map((ticker) => ticker.stop()));
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
