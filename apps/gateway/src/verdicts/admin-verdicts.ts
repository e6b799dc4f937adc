import { Controller, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { PayloadOf } from '@sluice/contracts/contract';
import {
  type AdminVerdict,
  adminsChanged,
  adminsHeartbeat,
  verifyAdminKey,
  verifySession,
} from '@sluice/contracts/tokens/admin-verdicts';
import { Arrivals } from '@sluice/messaging/arrivals';
import { Bus } from '@sluice/messaging/bus';
import { Hears } from '@sluice/messaging/handles';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { VerdictCache } from './verdict-cache';
import { verifier } from './verifier';

const MAX_WATCHED = 1_000;

/** Keeps this gateway's verdicts on admin keys and sessions. */
@Injectable()
export class AdminVerdicts {
  readonly keys: VerdictCache<AdminVerdict>;
  readonly sessions: VerdictCache<AdminVerdict>;
  /** The same of sessions that an event stream proves anew: asking for them does not keep a session from ending idle. */
  readonly watchedSessions: VerdictCache<AdminVerdict>;

  constructor(services: Services, @Inject(CLOCK) clock: Clock) {
    this.keys = new VerdictCache(
      verifier(verifyAdminKey.errors, (request) => services.request(verifyAdminKey, request)),
      clock,
    );
    this.sessions = new VerdictCache(
      verifier(verifySession.errors, (request) => services.request(verifySession, request)),
      clock,
    );
    this.watchedSessions = new VerdictCache(
      verifier(verifySession.errors, (request) => services.request(verifySession, { ...request, watched: true })),
      clock,
      MAX_WATCHED,
    );
  }

  all(): VerdictCache<AdminVerdict>[] {
    return [this.keys, this.sessions, this.watchedSessions];
  }
}

/** Carries changes of admins, and the heartbeats that vouch for what is known of them, into the verdict caches. */
@Controller()
export class AdminVerdictFeed implements OnModuleInit {
  constructor(
    private readonly verdicts: AdminVerdicts,
    private readonly bus: Bus,
    private readonly arrivals: Arrivals,
  ) {}

  onModuleInit(): void {
    this.bus.onRestored(() => {
      for (const cache of this.verdicts.all()) cache.suspend();
    });
  }

  @Hears(adminsChanged)
  changed({ rev }: PayloadOf<typeof adminsChanged>): void {
    for (const cache of this.verdicts.all()) cache.applyChangeOfAny(rev);
  }

  @Hears(adminsHeartbeat)
  beat({ rev }: PayloadOf<typeof adminsHeartbeat>): void {
    for (const cache of this.verdicts.all()) cache.renew(rev, this.arrivals.provenMs);
  }
}
