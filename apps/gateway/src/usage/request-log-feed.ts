import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type LoggedRequest, MAX_TOLD_REQUESTS, recordRequests } from '@sluice/contracts/registry/request-log';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { RequestSample } from './request-sample';

const TELL_MS = 2_000;
/** What waits for a registry that is away; the oldest of more are left out. */
const MAX_WAITING = 2 * MAX_TOLD_REQUESTS;

/** Ships requests to the log of registry every 2 s, and once more when this gateway stops. */
@Injectable()
export class RequestLogFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RequestLogFeed.name);
  private readonly sample = new RequestSample();
  private readonly telling = new Ticker({ name: RequestLogFeed.name, everyMs: TELL_MS, turn: () => this.tell() });
  private waiting: LoggedRequest[] = [];
  private toldAtMs: number;

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.toldAtMs = clock.monotonicMs();
  }

  onApplicationBootstrap(): void {
    this.telling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.telling.stop();
    await this.tell();
  }

  add(of: Pick<LoggedRequest, 'apiId' | 'status'>, make: () => LoggedRequest): void {
    this.sample.add(of, make);
  }

  private async tell(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    this.waiting.push(...this.sample.take((nowMs - this.toldAtMs) / 1_000));
    this.waiting = this.waiting.slice(-MAX_WAITING);
    this.toldAtMs = nowMs;
    try {
      while (this.waiting.length > 0) {
        const requests = this.waiting.slice(0, MAX_TOLD_REQUESTS);
        await this.services.request(recordRequests, { requests });
        this.waiting = this.waiting.slice(requests.length);
      }
    } catch (error) {
      this.logger.warn(`requests could not be told: ${error instanceof Error ? error.message : error}`);
    }
  }
}
