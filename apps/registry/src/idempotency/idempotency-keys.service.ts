import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { claimKey, type settleKey } from '@sluice/contracts/registry/idempotency';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { IdempotencyKeyStore } from './idempotency-key.store';

const KEPT_MS = 24 * 3_600_000;
const SWEEP_MS = 600_000;
/** Longer than any management request takes: whoever took the key and has not answered by then never will. */
const ABANDONED_MS = 120_000;

/** One request per key; those that come later get its answer. */
@Injectable()
export class IdempotencyKeysService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({
    name: IdempotencyKeysService.name,
    everyMs: SWEEP_MS,
    turn: () => this.sweep(),
  });

  constructor(
    private readonly store: IdempotencyKeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  async claim({ key, bodyHash }: RequestOf<typeof claimKey>): Promise<ReplyOf<typeof claimKey>> {
    const now = new Date(this.clock.wallMs());
    const known = await this.store.take(key, bodyHash, now);
    if (!known) return { answer: null };
    if (known.bodyHash !== bodyHash) throw refuse(claimKey, 'idempotency_key_reused');
    if (known.answer) return { answer: known.answer };
    const abandoned = now.getTime() - known.claimedAt.getTime() > ABANDONED_MS;
    if (abandoned && (await this.store.takeOver(known, now))) return { answer: null };
    throw refuse(claimKey, 'idempotency_in_progress');
  }

  async settle({ key, answer }: RequestOf<typeof settleKey>): Promise<Record<string, never>> {
    if (answer) await this.store.keep(key, answer);
    else await this.store.giveBack(key);
    return {};
  }

  private async sweep(): Promise<void> {
    await this.store.removeBefore(new Date(this.clock.wallMs() - KEPT_MS));
  }
}
