import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { recordTokenUse } from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import { Ticker } from '@sluice/runtime/ticker';

const TELL_MS = 30_000;
const MINUTE_MS = 60_000;
const MAX_USES = 1_000;

/** When tokens were used last: gathered in memory to the minute and told in batches. A crash loses the last 30 s. */
@Injectable()
export class TokenUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TokenUses.name);
  private minutes = new Map<string, number>();
  private readonly telling = new Ticker({ name: TokenUses.name, everyMs: TELL_MS, turn: () => this.tell() });

  constructor(private readonly services: Services) {}

  onApplicationBootstrap(): void {
    this.telling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.telling.stop();
    await this.tell();
  }

  used(tokenId: string, wallMs: number): void {
    this.minutes.set(tokenId, Math.floor(wallMs / MINUTE_MS));
  }

  /** Keeps what could not be told for the next batch, unless the token was used again by then. */
  async tell(): Promise<void> {
    const told = [...this.minutes];
    this.minutes = new Map();
    for (let at = 0; at < told.length; at += MAX_USES) {
      const batch = told.slice(at, at + MAX_USES);
      const uses = batch.map(([tokenId, minute]) => ({ tokenId, usedAt: new Date(minute * MINUTE_MS).toISOString() }));
      try {
        await this.services.request(recordTokenUse, { uses });
      } catch (error) {
        this.logger.warn(`the last uses of tokens are told later: ${String(error)}`);
        this.minutes = new Map([...batch, ...this.minutes]);
      }
    }
  }
}
