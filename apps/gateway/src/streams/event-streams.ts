import { type BeforeApplicationShutdown, Injectable, type MessageEvent } from '@nestjs/common';
import { Tally } from '@sluice/runtime/tally';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  catchError,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  interval,
  map,
  merge,
  type Observable,
  of,
  Subject,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { AdminIdentity } from '../auth/admin-identity';
import { HttpProblem } from '../http/problem';
import { LimitReached } from '../limits/limit-fields';

/** Streams of one session or admin key, and of all callers of this gateway. */
const MOST_OF_CALLER = 4;
const MOST = 200;
/** Changes of admins come as events at once, and a lost one shows within 500 ms: with this, streams end within a second. */
const PROVE_MS = 250;
/** An idle connection is cut by whatever stands in between. */
const KEEP_ALIVE_MS = 15_000;

const END: MessageEvent = { data: '' };

/** Events that may wait for a reader that takes none, in characters, before its connection is dropped. */
export const streamLimits = { maxPendingDataLength: 256 * 1024 };

/**
 * Keeps the server-sent events of management routes within bounds: so many of a caller and of a gateway, none beyond the
 * session or key that opened it, and none of a gateway that stops. A stream counts here alone and takes no request's place.
 */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  private readonly ofCallers = new Tally();
  private open = 0;
  private isStopping = false;
  private readonly stopping = new Subject<void>();

  constructor(private readonly identity: AdminIdentity) {}

  /** Passes events on to an admin until they end, or the admin's session or key does. Fails where too many are open. */
  stream(request: FastifyRequest, reply: FastifyReply, events: Observable<MessageEvent>): Observable<MessageEvent> {
    if (request.method === 'HEAD') return EMPTY;
    this.take(request, reply);
    request.place?.leave();
    const over = merge(this.stopping, this.refusal(request)).pipe(tap(() => dropIfStuck(reply)));
    const alive = interval(KEEP_ALIVE_MS).pipe(map(() => ({ type: 'alive', data: {} })));
    return merge(events.pipe(endWith(END)), alive).pipe(
      takeWhile((event) => event !== END),
      takeUntil(over),
    );
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
    this.stopping.next();
  }

  /** Counts a stream for its caller until its answer is closed. */
  private take(request: FastifyRequest, { raw }: FastifyReply): void {
    const caller = request.admin?.id ?? '';
    if (this.isStopping) throw new HttpProblem('unavailable', { detail: 'this gateway is stopping: ask again' });
    if (this.ofCallers.of(caller) >= MOST_OF_CALLER)
      throw new LimitReached(
        'rate_limited',
        `event streams of a session or key at a time: ${MOST_OF_CALLER}; close one of them`,
        'streams',
        1,
      );
    if (this.open >= MOST)
      throw new HttpProblem('overloaded', { detail: `event streams of this gateway at a time: ${MOST}` });
    if (raw.closed) return;
    this.open++;
    this.ofCallers.add(caller);
    raw.once('close', () => {
      this.open--;
      this.ofCallers.remove(caller);
    });
  }

  /** Tells when the caller's session or key is no longer good, or nobody can say so. */
  private refusal(request: FastifyRequest): Observable<unknown> {
    const isGood = () => this.identity.isStillGood(request);
    return interval(PROVE_MS).pipe(
      exhaustMap(isGood),
      catchError(() => of(false)),
      filter((good) => !good),
    );
  }
}

/** Closes a connection whose reader takes nothing: it would not take the end of the stream either. */
function dropIfStuck({ raw }: FastifyReply): void {
  if (raw.writableLength > 0) raw.destroy();
}
