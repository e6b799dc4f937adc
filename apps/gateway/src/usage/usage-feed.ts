import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { recordUsage } from '@sluice/contracts/registry/usage';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { instanceId } from '@sluice/runtime/logging';
import { Ticker } from '@sluice/runtime/ticker';
import { type AnsweredRequest, UsageCounter } from './usage-counter';

const TELL_MS = 5_000;

/** Ships what this gateway counts to registry every 5 s, and once more when it stops. */
@Injectable()
export class UsageFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageFeed.name);
  private readonly counter = new UsageCounter();
  private readonly telling = new Ticker({ name: UsageFeed.name, everyMs: TELL_MS, turn: () => this.tell() });

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.telling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.telling.stop();
    await this.tell();
  }

  count(request: AnsweredRequest): void {
    this.counter.count(request, this.clock.wallMs());
  }

  /** Tells registry what is new; what cannot be told now is told with the next turn. */
  private async tell(): Promise<void> {
    try {
      for (let news = this.counter.takeNews(); news.buckets.length > 0; news = this.counter.takeNews()) {
        await this.services.request(recordUsage, { gateway: instanceId, buckets: news.buckets });
        news.told();
      }
      this.counter.forget(this.clock.wallMs());
    } catch (error) {
      this.logger.warn(`usage could not be told: ${error instanceof Error ? error.message : error}`);
    }
  }
}
