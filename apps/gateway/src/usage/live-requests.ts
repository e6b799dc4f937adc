import { Controller, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { PayloadOf } from '@sluice/contracts/contract';
import { MAX_SEEN_REQUESTS, requestsSeen, type SeenRequest, tailWanted } from '@sluice/contracts/registry/usage';
import { Events } from '@sluice/messaging/events';
import { Hears } from '@sluice/messaging/handles';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { Observable, Subject } from 'rxjs';

const WANTED_MS = 3_000;
const ASK_MS = 1_000;
const TELL_MS = 250;

/** Shows the requests of all gateways as they happen to admins who watch; while nobody does, nothing is told. */
@Injectable()
export class LiveRequests implements OnApplicationShutdown {
  private readonly seen = new Subject<SeenRequest>();
  private wantedUntilMs = Number.NEGATIVE_INFINITY;
  private waiting: SeenRequest[] = [];
  private left = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly events: Events,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Tells whether somebody watches, on any gateway. */
  isWanted(): boolean {
    return this.clock.monotonicMs() < this.wantedUntilMs;
  }

  /** Tells the other gateways of a request, together with those of the same moment. */
  tell(request: SeenRequest): void {
    if (this.waiting.length >= MAX_SEEN_REQUESTS) this.left++;
    else this.waiting.push(request);
    this.timer ??= setTimeout(() => this.flush(), TELL_MS);
  }

  /** Notes that somebody watches. */
  want(): void {
    this.wantedUntilMs = this.clock.monotonicMs() + WANTED_MS;
  }

  /** Passes requests on to those who watch here. */
  show(requests: readonly SeenRequest[]): void {
    for (const request of requests) this.seen.next(request);
  }

  /** Gives every request of every gateway from now on; asking for them lasts as long as somebody listens. */
  watch(): Observable<SeenRequest> {
    return new Observable((watcher) => {
      const turn = () => this.events.publish(tailWanted, {});
      const asking = new Ticker({ name: LiveRequests.name, everyMs: ASK_MS, atOnce: true, turn });
      asking.start();
      const watching = this.seen.subscribe(watcher);
      return () => {
        void asking.stop();
        watching.unsubscribe();
      };
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.seen.complete();
  }

  private flush(): void {
    this.events.publish(requestsSeen, { requests: this.waiting, left: this.left });
    this.waiting = [];
    this.left = 0;
    this.timer = undefined;
  }
}

/** Carries what gateways see, and that somebody wants to see it. */
@Controller()
export class LiveRequestFeed {
  constructor(private readonly live: LiveRequests) {}

  @Hears(tailWanted)
  wanted(): void {
    this.live.want();
  }

  @Hears(requestsSeen)
  seen({ requests }: PayloadOf<typeof requestsSeen>): void {
    this.live.show(requests);
  }
}
