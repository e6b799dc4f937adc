import { Controller, Inject, Logger } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { reportLeak } from '@sluice/contracts/tokens/leaks';
import { Handles } from '@sluice/messaging/handles';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { AdminKeysService } from '../admin-keys/admin-keys.service';
import { TokensService } from '../tokens/tokens.service';

/** Ends secrets that were found in public, whatever kind they are. */
@Controller()
export class LeaksController {
  private readonly logger = new Logger(LeaksController.name);

  constructor(
    private readonly tokens: TokensService,
    private readonly adminKeys: AdminKeysService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Handles(reportLeak)
  async report({ secretHash, source, url }: RequestOf<typeof reportLeak>): Promise<ReplyOf<typeof reportLeak>> {
    const leak = { at: new Date(this.clock.wallMs()).toISOString(), source, url };
    const ofToken = await this.tokens.endLeaked(secretHash, leak);
    const isKnown = ofToken.isKnown || (await this.adminKeys.endLeaked(secretHash));
    if (isKnown) this.logger.warn({ msg: 'a secret that was found in public was ended', source, url });
    return { isKnown, rev: ofToken.rev };
  }
}
