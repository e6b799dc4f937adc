import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { SessionsStore } from '../stores/sessions.store';
import { Failures } from './failures';

const SWEEP_MS = 10 * 60_000;

/** Takes away sessions that are over and failures that are forgotten: nothing depends on when. */
@Injectable()
export class SessionsSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SessionsSweeper.name);
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly sessions: SessionsStore,
    private readonly failures: Failures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweep().catch((error: unknown) => this.logger.warn(String(error)));
    }, SWEEP_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    await this.sessions.sweep(new Date(this.clock.wallMs()));
    await this.failures.sweep();
  }
}
