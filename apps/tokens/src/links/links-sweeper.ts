import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { LinksStore } from '../stores/links.store';

const SWEEP_MS = 10 * 60_000;

/** Takes away what is known of links that have expired: nothing depends on when. */
@Injectable()
export class LinksSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({ name: LinksSweeper.name, everyMs: SWEEP_MS, turn: () => this.sweep() });

  constructor(
    private readonly links: LinksStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  private async sweep(): Promise<void> {
    await this.links.sweep(new Date(this.clock.wallMs()));
  }
}
