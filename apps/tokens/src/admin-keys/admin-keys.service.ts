import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { claimFirstAdminKey, type Verdict, verifyAdminKey } from '@sluice/contracts/tokens';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { TOKENS_CONFIG, type TokensConfig } from '../config';
import { newSecret, storedSecret } from '../secret';
import { TokenChanges } from '../tokens/token-changes';
import { AdminKeysStore } from './admin-keys.store';

/** The rules of admin keys: there is exactly one first key, and a configured one is added to those that exist. */
@Injectable()
export class AdminKeysService implements OnApplicationBootstrap {
  constructor(
    private readonly store: AdminKeysStore,
    private readonly changes: TokenChanges,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TOKENS_CONFIG) private readonly config: TokensConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const configured = this.config.SLUICE_ADMIN_KEY;
    if (configured !== undefined) await this.store.add(storedSecret(configured), new Date(this.clock.wallMs()));
  }

  async verify(secretHash: string): Promise<Verdict> {
    const asOf = await this.changes.current();
    const doc = await this.store.findBySecret(secretHash);
    if (!doc) throw refuse(verifyAdminKey, 'token_unknown');
    return { id: doc._id, remainingMs: null, asOf };
  }

  /** A secret that got lost on its way to the caller cannot be claimed again: SLUICE_ADMIN_KEY then adds one. */
  async claimFirst(): Promise<{ secret: string }> {
    const secret = newSecret('sla');
    const first =
      !(await this.store.any()) && (await this.store.insertFirst(storedSecret(secret), new Date(this.clock.wallMs())));
    if (!first) throw refuse(claimFirstAdminKey, 'admin_key_claimed');
    return { secret };
  }
}
