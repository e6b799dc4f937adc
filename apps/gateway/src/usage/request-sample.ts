import type { LoggedRequest } from '@sluice/contracts/registry/request-log';

/** Requests of one API within a turn that may be chosen, of each kind. */
const MAX_OF_API = 100;
/** Of all APIs; beyond it, those that came first stay. */
const MAX_HELD = 5_000;
/** What is kept in the long run, and at once after a quiet time. */
const KEPT_PER_SECOND = 5;
const MAX_KEPT = 500;

interface Kind {
  requests: LoggedRequest[];
  seen: number;
}

/**
 * Chooses which requests of a gateway are kept: all of them while they are few, else a random part, in which each API has as many as
 * others and failures as many as successes. So no API, however busy, drives what others do out of the log.
 */
export class RequestSample {
  private readonly ofApis = new Map<string, { failed: Kind; fine: Kind }>();
  private held = 0;
  private mayKeep = MAX_KEPT;

  constructor(private readonly random: () => number = Math.random) {}

  /** Adds a request, which is made only where it has a place. */
  add({ apiId, status }: Pick<LoggedRequest, 'apiId' | 'status'>, make: () => LoggedRequest): void {
    const known = this.ofApis.get(apiId) ?? { failed: empty(), fine: empty() };
    const kind = status >= 400 ? known.failed : known.fine;
    kind.seen++;
    if (kind.requests.length < MAX_OF_API && this.held < MAX_HELD) {
      kind.requests.push(make());
      this.held++;
    } else {
      // Each of those that were seen stays with the same likelihood (reservoir sampling).
      const place = Math.floor(this.random() * kind.seen);
      if (place < kind.requests.length) kind.requests[place] = make();
    }
    this.ofApis.set(apiId, known);
  }

  /** Takes what is kept of the requests since the last turn. */
  take(elapsedSeconds: number): LoggedRequest[] {
    this.mayKeep = Math.min(MAX_KEPT, this.mayKeep + elapsedSeconds * KEPT_PER_SECOND);
    const kept: LoggedRequest[] = [];
    let lists = [...this.ofApis.values()].flatMap(({ failed, fine }) => [failed.requests, fine.requests]);
    while (lists.length > 0 && kept.length < Math.floor(this.mayKeep)) {
      for (const list of lists) {
        const next = list.pop();
        if (next && kept.length < Math.floor(this.mayKeep)) kept.push(next);
      }
      lists = lists.filter(({ length }) => length > 0);
    }
    this.mayKeep -= kept.length;
    this.ofApis.clear();
    this.held = 0;
    return kept;
  }
}

function empty(): Kind {
  return { requests: [], seen: 0 };
}
