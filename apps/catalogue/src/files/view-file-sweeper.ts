import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Ticker } from '@sluice/runtime/ticker';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { ViewFileRemoval } from '../stores/view-file-removal';

const SWEEP_MS = 60_000;

/** Keeps the stored files of views within their bytes, on any replica. */
@Injectable()
export class ViewFileSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping: Ticker;

  constructor(removal: ViewFileRemoval, @Inject(CATALOGUE_CONFIG) config: CatalogueConfig) {
    const turn = () => removal.sweep(config.SLUICE_VIEW_FILE_BYTES, Date.now());
    this.sweeping = new Ticker({ name: ViewFileSweeper.name, everyMs: SWEEP_MS, turn });
  }

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }
}
