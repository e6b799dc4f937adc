import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { AgentsStore } from '../stores/agents.store';
import { OAuthRecordsStore } from '../stores/oauth-records.store';

const SWEEP_MS = 10 * 60_000;
/** Clocks of replicas differ, and access tokens outlive the end of their agent by ten minutes. */
const KEPT_MS = 3_600_000;

/** Takes away what is over: clients that nobody has allowed anything, questions, codes, tokens and agents. Nothing depends on when. */
@Injectable()
export class OAuthSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({ name: OAuthSweeper.name, everyMs: SWEEP_MS, turn: () => this.sweep() });

  constructor(
    private readonly agents: AgentsStore,
    private readonly records: OAuthRecordsStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  private async sweep(): Promise<void> {
    const before = new Date(this.clock.wallMs() - KEPT_MS);
    await Promise.all([this.agents.sweep(before), this.records.sweep(before)]);
  }
}
