import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { SessionsStore } from '../stores/sessions.store';
import { Failures } from './failures';

const SWEEP_MS = 10 * 60_000;

/** Takes away sessions that are over and failures that are forgotten: nothing depends on when. */
@Injectable()
export class SessionsSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({ name: SessionsSweeper.name, everyMs: SWEEP_MS, turn: () => this.sweep() });

  constructor(
    private readonly sessions: SessionsStore,
    private readonly failures: Failures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  private async sweep(): Promise<void> {
    await this.sessions.sweep(new Date(this.clock.wallMs()));
    await this.failures.sweep();
  }
}
