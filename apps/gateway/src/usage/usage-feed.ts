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
import { type AnsweredRequest, UsageCounter } from './usage-counter';

const TELL_MS = 5_000;

/** Ships what this gateway counts to registry every 5 s, and once more when it stops. */
@Injectable()
export class UsageFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageFeed.name);
  private readonly counter = new UsageCounter();
  private timer: NodeJS.Timeout | undefined;
  private telling = false;

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tell(), TELL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.tell();
  }

  count(request: AnsweredRequest): void {
    this.counter.count(request, this.clock.wallMs());
  }

  /** Tells registry what is new; what cannot be told now is told with the next turn. */
  private async tell(): Promise<void> {
    if (this.telling) return;
    this.telling = true;
    try {
      for (let news = this.counter.takeNews(); news.buckets.length > 0; news = this.counter.takeNews()) {
        await this.services.request(recordUsage, { gateway: instanceId, buckets: news.buckets });
        news.told();
      }
      this.counter.forget(this.clock.wallMs());
    } catch (error) {
      this.logger.warn(`usage could not be told: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.telling = false;
    }
  }
}
