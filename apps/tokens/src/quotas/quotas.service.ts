import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { leaseQuota, type returnQuota } from '@sluice/contracts/tokens/quotas';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { limitsOf } from '../stores/token-doc';
import { TokensStore } from '../stores/tokens.store';
import { grantOf } from './quota-grant';
import { periodOf } from './quota-period';
import { QuotasStore } from './quotas.store';

const ATTEMPTS = 10;
const SWEEP_MS = 3_600_000;
const KEPT_MS = 40 * 86_400_000;

/** Hands out the quotas of tokens in parts. What is granted is counted first: the sum can never exceed the quota. */
@Injectable()
export class QuotasService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({ name: QuotasService.name, everyMs: SWEEP_MS, turn: () => this.sweep() });

  constructor(
    private readonly tokens: TokensStore,
    private readonly quotas: QuotasStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  async lease(request: RequestOf<typeof leaseQuota>): Promise<ReplyOf<typeof leaseQuota>> {
    const { tokenId, quota, amount, atLeast } = request;
    const token = await this.tokens.find(tokenId);
    if (!token) throw refuse(leaseQuota, 'token_not_found');
    // A limit that was lifted meanwhile holds nobody back until the gateway has heard of it.
    const limit = limitsOf(token)[quota] ?? Number.MAX_SAFE_INTEGER;
    const wallMs = this.clock.wallMs();
    const period = periodOf(quota, wallMs);
    const about = { period: period.name, remainingMs: period.endsAt.getTime() - wallMs };
    const id = idOf(tokenId, quota, period.name);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const left = Math.max(0, limit - (await this.quotas.used(id, period.endsAt)));
      const granted = grantOf(left, amount, atLeast);
      if (granted === 0 || (await this.quotas.use(id, granted, limit)))
        return { granted, left: left - granted, ...about };
    }
    throw new ServiceError('overloaded', 'too many gateways lease this quota at one time');
  }

  async giveBack(request: RequestOf<typeof returnQuota>): Promise<ReplyOf<typeof returnQuota>> {
    await this.quotas.giveBack(idOf(request.tokenId, request.quota, request.period), request.amount);
    return {};
  }

  private async sweep(): Promise<void> {
    await this.quotas.removeEndedBefore(new Date(this.clock.wallMs() - KEPT_MS));
  }
}

function idOf(tokenId: string, quota: string, period: string): string {
  return `${tokenId} ${quota} ${period}`;
}
