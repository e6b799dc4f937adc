import { Controller, Inject } from '@nestjs/common';
import type { ReplyOf } from '@sluice/contracts/contract';
import { getCursorKey, OLDER_NAMES_MS } from '@sluice/contracts/tokens/tokens';
import { Handles } from '@sluice/messaging/handles';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { CursorKeyStore } from './cursor-key.store';

@Controller()
export class CursorKeyController {
  constructor(
    private readonly store: CursorKeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Handles(getCursorKey)
  async get(): Promise<ReplyOf<typeof getCursorKey>> {
    const wallMs = this.clock.wallMs();
    const { signing, others, namesSince } = await this.store.findAll(new Date(wallMs));
    return { key: signing, others, olderNamesMs: Math.max(0, namesSince.getTime() + OLDER_NAMES_MS - wallMs) };
  }
}
