import { Controller, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Contract, PayloadOf } from '@sluice/contracts/contract';
import { tokenChanged, tokensHeartbeat, type Verdict, verifyAdminKey, verifyToken } from '@sluice/contracts/tokens';
import { Bus } from '@sluice/messaging/bus';
import { Hears } from '@sluice/messaging/handles';
import { ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Readiness } from '@sluice/runtime/readiness';
import { VerdictCache, type Verify } from './verdict-cache';

type VerifyContract = typeof verifyToken | typeof verifyAdminKey;

/** What this gateway knows of access tokens and of admin keys. */
@Injectable()
export class Verdicts {
  readonly tokens: VerdictCache;
  readonly adminKeys: VerdictCache;
  /** Called when a change counts here from now on. */
  applied: () => void = () => {};

  constructor(services: Services, @Inject(CLOCK) clock: Clock) {
    this.tokens = new VerdictCache(verifier(services, verifyToken), clock);
    this.adminKeys = new VerdictCache(verifier(services, verifyAdminKey), clock);
  }

  all(): VerdictCache[] {
    return [this.tokens, this.adminKeys];
  }
}

/** Carries the tokens service's changes and heartbeats into the verdict caches. */
@Controller()
export class VerdictFeed implements OnModuleInit {
  constructor(
    private readonly verdicts: Verdicts,
    private readonly bus: Bus,
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
    for (const cache of this.verdicts.all()) cache.changed(rev, ...secretHashes);
    this.verdicts.applied();
  }

  @Hears(tokensHeartbeat)
  beat({ rev }: PayloadOf<typeof tokensHeartbeat>): void {
    const before = this.verdicts.tokens.rev();
    for (const cache of this.verdicts.all()) cache.beat(rev);
    if (rev > before) this.verdicts.applied();
  }
}

/** Why a secret is refused is the tokens service's knowledge; outside every refusal looks the same. */
function verifier(services: Services, contract: VerifyContract): Verify {
  const refusals: readonly string[] = contract.errors satisfies Contract['errors'];
  return async (secretHash): Promise<Verdict | null> => {
    try {
      return await services.request(contract, { secretHash });
    } catch (error) {
      if (error instanceof ServiceError && refusals.includes(error.code)) return null;
      throw error instanceof ServiceError ? new ServiceError('unavailable', 'tokens cannot be verified now') : error;
    }
  };
}
