import { Inject, Injectable } from '@nestjs/common';
import type { Verdict } from '@sluice/contracts/tokens';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { TokenUses } from './token-uses';

/** Step 4 of a data request: what the token may use at most. */
@Injectable()
export class Limits {
  constructor(
    private readonly uses: TokenUses,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  admit(verdict: Verdict): void {
    this.uses.used(verdict.id, this.clock.wallMs());
  }
}
