import { Tally } from '@sluice/runtime/tally';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { HttpProblem } from './problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's place among those at work, from when its caller was known. */
    place?: Place;
  }
}

/** How many requests are taken at a time. */
export interface PlaceLimits {
  /** Of all callers together, at work. */
  most: number;
  /** Of one caller, until their answers are out. */
  each: number;
  /** Makes the refusal of a caller that has all its places, and may come again in so many seconds. */
  refuseCaller(each: number, seconds: number): HttpProblem;
}

const MAX_CALLERS = 1_000;
const SECOND_MS = 1_000;
const MAX_WAIT_SECONDS = 10;

/**
 * Gives places to requests: so many to all callers, and so many to one, so that nobody takes all of them. A request is
 * at work only while the gateway works for it: neither while its client sends a body, nor while it takes the answer.
 */
export class Places {
  private atWork = 0;
  private readonly ofCallers = new Tally();
  private readonly refused = new LRUCache<string, { sinceMs: number; count: number }>({ max: MAX_CALLERS });

  constructor(private readonly limits: PlaceLimits) {}

  /** Tells how many requests are at work. */
  get busy(): number {
    return this.atWork;
  }

  /** Takes a place for a request until its answer is out. Fails where the caller, or all callers, have none left. */
  enter(caller: string, request: FastifyRequest, reply: FastifyReply): void {
    const { each, refuseCaller } = this.limits;
    if (this.ofCallers.of(caller) >= each) throw refuseCaller(each, this.waitSeconds(caller));
    this.begin();
    this.ofCallers.add(caller);
    const place = new Place(
      () => this.begin(),
      () => this.atWork--,
      () => this.ofCallers.remove(caller),
    );
    request.place = place;
    // A client may leave while it was found out who it is: nothing tells of its end again.
    if (reply.raw.closed) place.leave();
    else reply.raw.once('close', () => place.leave());
  }

  /** Those that are refused within a second come again in turns, as many a second as there are places, and not all at once. */
  private waitSeconds(caller: string): number {
    const nowMs = performance.now();
    let refused = this.refused.get(caller);
    if (!refused || nowMs - refused.sinceMs >= SECOND_MS) {
      refused = { sinceMs: nowMs, count: 0 };
      this.refused.set(caller, refused);
    }
    return Math.min(MAX_WAIT_SECONDS, 1 + Math.floor(refused.count++ / this.limits.each));
  }

  private begin(): void {
    if (this.atWork >= this.limits.most)
      throw new HttpProblem('overloaded', { detail: 'more requests are under way than this gateway takes' });
    this.atWork++;
  }
}

/** One request's place. */
class Place {
  private isAtWork = true;
  private isLeft = false;

  constructor(
    private readonly begin: () => void,
    private readonly end: () => void,
    private readonly giveBack: () => void,
  ) {}

  /** Lets others work while nothing is to do for this request. */
  pause(): void {
    if (!this.isAtWork) return;
    this.isAtWork = false;
    this.end();
  }

  /** Goes on with the work; fails with `overloaded` where too many others are at work meanwhile. */
  resume(): void {
    if (this.isAtWork || this.isLeft) return;
    this.begin();
    this.isAtWork = true;
  }

  /** Gives the place back, for good. */
  leave(): void {
    this.pause();
    if (!this.isLeft) this.giveBack();
    this.isLeft = true;
  }
}

/** Waits for what a client still has to send, and lets others work meanwhile. */
export async function waitForClient<Result>(
  { place }: Pick<FastifyRequest, 'place'>,
  receive: () => Promise<Result>,
): Promise<Result> {
  place?.pause();
  const received = await receive();
  place?.resume();
  return received;
}
