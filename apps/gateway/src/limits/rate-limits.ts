import {
  Controller,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { PayloadOf } from '@sluice/contracts/contract';
import { ratesTold } from '@sluice/contracts/gateway/gateways';
import { Events } from '@sluice/messaging/events';
import { Hears } from '@sluice/messaging/handles';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { instanceId } from '@sluice/runtime/logging';
import { Ticker } from '@sluice/runtime/ticker';
import { LRUCache } from 'lru-cache';
import { Replicas } from '../replicas/replicas';
import { type Rate, type RateState, TokenRate } from './token-rate';

const TELL_MS = 100;
const MAX_TOLD = 2_000;
const MAX_TOKENS = 50_000;

/** Holds the rates of all tokens on this gateway, and tells the other gateways of them: often where a limit is near. */
@Injectable()
export class RateLimits implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rates = new LRUCache<string, TokenRate>({ max: MAX_TOKENS });
  private readonly active = new Set<string>();
  private live: string[] = [];
  private readonly telling = new Ticker({ name: RateLimits.name, everyMs: TELL_MS, turn: () => this.tell() });

  constructor(
    private readonly events: Events,
    private readonly replicas: Replicas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.telling.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.telling.stop();
  }

  /** Decides on one request of a token, and counts it. */
  take(tokenId: string, limits: Rate): RateState {
    this.active.add(tokenId);
    return this.rateOf(tokenId).take(limits, this.live, this.clock.monotonicMs());
  }

  /** Keeps what another gateway told. */
  hear({ replica, rates }: PayloadOf<typeof ratesTold>): void {
    if (replica === instanceId) return;
    const nowMs = this.clock.monotonicMs();
    for (const { tokenId, demand, used } of rates) this.rateOf(tokenId).hear(replica, { demand, used }, nowMs);
  }

  private tell(): void {
    this.live = this.replicas.live();
    const nowMs = this.clock.monotonicMs();
    const rates = [...this.active].flatMap((tokenId) => {
      const rate = this.rates.peek(tokenId);
      const report = rate?.report(nowMs);
      if (!rate || rate.isIdle) this.active.delete(tokenId);
      return report ? [{ tokenId, ...report }] : [];
    });
    for (let at = 0; at < rates.length; at += MAX_TOLD)
      this.events.publish(ratesTold, { replica: instanceId, rates: rates.slice(at, at + MAX_TOLD) });
  }

  private rateOf(tokenId: string): TokenRate {
    const known = this.rates.get(tokenId);
    if (known) return known;
    const rate = new TokenRate(instanceId);
    this.rates.set(tokenId, rate);
    return rate;
  }
}

/** Carries what the other gateways tell into the rates. */
@Controller()
export class RateFeed {
  constructor(private readonly rates: RateLimits) {}

  @Hears(ratesTold)
  hear(told: PayloadOf<typeof ratesTold>): void {
    this.rates.hear(told);
  }
}
