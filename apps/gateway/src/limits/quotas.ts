import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { leaseQuota, type QuotaName, returnQuota } from '@sluice/contracts/tokens/quotas';
import { ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { LRUCache } from 'lru-cache';
import { QuotaLease } from './quota-lease';

const SWEEP_MS = 5_000;
const IDLE_MS = 10_000;
const MAX_LEASES = 50_000;
/** How much is leased at first, and at most. */
type Sizes = { first: number; most: number };
const requestSizes: Sizes = { first: 10, most: 10_000 };
const rowSizes: Sizes = { first: 1_000, most: 1_000_000 };
const byteSizes: Sizes = { first: 1_000_000, most: 1_000_000_000 };
const queryMsSizes: Sizes = { first: 1_000, most: 600_000 };
const sizesOf: Readonly<Record<QuotaName, Sizes>> = {
  requestsPerDay: requestSizes,
  requestsPerMonth: requestSizes,
  rowsPerDay: rowSizes,
  rowsPerMonth: rowSizes,
  bytesPerDay: byteSizes,
  bytesPerMonth: byteSizes,
  queryMsPerDay: queryMsSizes,
  queryMsPerMonth: queryMsSizes,
};

/** Keeps this gateway's leases of token quotas. A lease that is idle, or left over at a stop, goes back to tokens. */
@Injectable()
export class Quotas implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Quotas.name);
  private readonly leases = new LRUCache<string, { tokenId: string; quota: QuotaName; lease: QuotaLease }>({
    max: MAX_LEASES,
  });
  private readonly sweeping = new Ticker({
    name: Quotas.name,
    everyMs: SWEEP_MS,
    turn: () => this.giveBack(IDLE_MS),
  });

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeping.stop();
    await this.giveBack(0);
  }

  /** Gives this gateway's lease of a token's quota. */
  leaseFor(tokenId: string, quota: QuotaName): QuotaLease {
    const key = `${quota} ${tokenId}`;
    const known = this.leases.get(key);
    if (known) return known.lease;
    const ask = (amount: number, atLeast: number) =>
      this.services.request(leaseQuota, { tokenId, quota, amount, atLeast }).catch((error: unknown) => {
        throw error instanceof ServiceError ? new ServiceError('unavailable', 'quotas cannot be told now') : error;
      });
    const lease = new QuotaLease(ask, this.clock, sizesOf[quota]);
    this.leases.set(key, { tokenId, quota, lease });
    return lease;
  }

  private async giveBack(idleMs: number): Promise<void> {
    for (const { tokenId, quota, lease } of [...this.leases.values()]) {
      const unused = lease.surrender(idleMs);
      if (!unused) continue;
      await this.services.request(returnQuota, { tokenId, quota, ...unused }).catch((error: unknown) => {
        // It is kept only where it was surely not given back: a token may lose a little, but never gains.
        if (error instanceof ServiceError && error.code === 'unavailable') lease.keep(unused);
        this.logger.warn(`unused quota was not given back: ${String(error)}`);
      });
    }
  }
}
