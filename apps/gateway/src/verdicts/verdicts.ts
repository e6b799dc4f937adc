import { Controller, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { PayloadOf } from '@sluice/contracts/contract';
import { verifyAgent } from '@sluice/contracts/tokens/agents';
import { tokenChanged, tokensHeartbeat, verifyToken } from '@sluice/contracts/tokens/tokens';
import { Arrivals } from '@sluice/messaging/arrivals';
import { Bus } from '@sluice/messaging/bus';
import { Hears } from '@sluice/messaging/handles';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Readiness } from '@sluice/runtime/readiness';
import { VerdictCache } from './verdict-cache';
import { verifier } from './verifier';

/** Keeps this gateway's verdicts on access tokens. */
@Injectable()
export class Verdicts {
  readonly tokens: VerdictCache;
  /** Those on access tokens that OAuth issued, which are good at `/mcp` alone. */
  readonly agents: VerdictCache;
  /** Called when a change counts here from now on. */
  applied: () => void = () => {};

  constructor(services: Services, @Inject(CLOCK) clock: Clock) {
    this.tokens = new VerdictCache(
      verifier(verifyToken.errors, (request) => services.request(verifyToken, request)),
      clock,
    );
    this.agents = new VerdictCache(
      verifier(verifyAgent.errors, (request) => services.request(verifyAgent, request)),
      clock,
    );
  }

  /** One row of change numbers counts for all of them. */
  all(): VerdictCache[] {
    return [this.tokens, this.agents];
  }
}

/** Carries the tokens service's changes and heartbeats into the verdict caches. */
@Controller()
export class VerdictFeed implements OnModuleInit {
  constructor(
    private readonly verdicts: Verdicts,
    private readonly bus: Bus,
    private readonly arrivals: Arrivals,
    readiness: Readiness,
  ) {
    readiness.register('tokens', () => (verdicts.tokens.isLeased() ? null : 'no heartbeat from the tokens service'));
  }

  onModuleInit(): void {
    this.bus.onRestored(() => {
      for (const cache of this.verdicts.all()) cache.suspend();
    });
  }

  @Hears(tokenChanged)
  changed({ rev, secretHashes }: PayloadOf<typeof tokenChanged>): void {
    for (const cache of this.verdicts.all()) cache.applyChange(rev, ...secretHashes);
    this.verdicts.applied();
  }

  @Hears(tokensHeartbeat)
  beat({ rev }: PayloadOf<typeof tokensHeartbeat>): void {
    const before = this.verdicts.tokens.rev();
    for (const cache of this.verdicts.all()) cache.renew(rev, this.arrivals.provenMs);
    if (rev > before) this.verdicts.applied();
  }
}
