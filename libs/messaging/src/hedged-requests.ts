import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { Inject, Injectable } from '@nestjs/common';
import { addressedSubject, type Contract } from '@sluice/contracts/contract';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Counter } from 'prom-client';
import { REPLICA } from './headers';
import { Replies } from './replies';
import { NotSent, ServiceError } from './service-error';
import { Sightings } from './sightings';
import { UsualDuration } from './usual-duration';

/** Bounds of the wait for a first answer before another replica is asked too. */
const LEAST_WAIT_MS = 100;
const MOST_WAIT_MS = 1_000;
const FIRST_WAIT_MS = 300;
const MAX_EXTRAS = 3;
/** A read whose way was lost is sent again for so long, where the service was heard of within the last minute. */
const RETRIED_MS = 1_500;
const RETRY_MS = 100;
const LATELY_MS = 60_000;

const hedges = new Counter({
  name: 'sluice_bus_hedged_requests_total',
  help: 'Reads that a second replica was asked for because the first was slow, and whether the second answered first',
  labelNames: ['outcome'],
});

/** A request to be asked. */
export interface Asked {
  contract: Contract;
  payload: Uint8Array;
  /** Makes the headers of an attempt that has so long. */
  headers: (remainingMs: number) => MsgHdrs;
  /** By the monotonic clock. */
  endMs: number;
}

/**
 * Asks requests, and reads of more than one replica where the first is slow: it may be frozen, cut off or killed, which
 * nobody notices for seconds. The first answer counts. After twice the time that 99 of 100 such reads took (between 0.1 and
 * 1 s) another replica is asked too, for one request in twenty at most. Once one is found silent, the others are asked by
 * their address, for reads or anything else. What is no read is sent once: it may have been executed.
 *
 * A read that nobody takes, or whose connection is lost, is sent again for 1.5 s where the service was there within the last minute:
 * one of several nats-servers may have gone, and with it the way of some processes to the others, until they have another.
 */
@Injectable()
export class HedgedRequests {
  private readonly sightings = new Map<string, Sightings>();
  private readonly usual = new Map<string, UsualDuration>();

  constructor(
    private readonly replies: Replies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives the first reply, or null when none came in time. Fails with a `ServiceError`. */
  ask(request: Asked): Promise<Msg | null> {
    const { subject } = request.contract;
    const sightings = this.sightingsOf(subject);
    const usual = this.usual.get(subject) ?? new UsualDuration();
    this.usual.set(subject, usual);
    return new Promise(
      (resolve, reject) => new Attempts(request, this.replies, this.clock, sightings, usual, resolve, reject),
    );
  }

  /** Takes that a service refused for having too much to do: more requests would not help it. */
  overloaded({ subject }: Contract): void {
    this.sightingsOf(subject).overloaded();
  }

  /** Takes that the replica of this reply is of a release that does not understand the request: others are asked for a while. */
  misunderstood({ subject }: Contract, reply: Msg): void {
    this.sightingsOf(subject).silent([reply.headers?.get(REPLICA) || null]);
  }

  private sightingsOf(subject: string): Sightings {
    const service = subject.slice(0, subject.indexOf('.'));
    const known = this.sightings.get(service) ?? new Sightings(() => this.clock.monotonicMs());
    this.sightings.set(service, known);
    return known;
  }
}

/** The attempts of one request, until one of them is answered. */
class Attempts {
  /** The replicas that have not answered yet; null is one that the bus chose. */
  private readonly asked: (string | null)[] = [];
  private extras = 0;
  private isSettled = false;
  private firstLossMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly waitMs: number;

  constructor(
    private readonly request: Asked,
    private readonly replies: Replies,
    private readonly clock: Clock,
    private readonly sightings: Sightings,
    private readonly usual: UsualDuration,
    private readonly resolve: (reply: Msg | null) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    const { p99Ms } = usual;
    this.waitMs = p99Ms === null ? FIRST_WAIT_MS : Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, 2 * p99Ms));
    this.send(sightings.choose());
    if (request.contract.isRead) this.waitOn();
  }

  private waitOn(): void {
    this.timer = setTimeout(() => this.askAnother(), this.waitMs);
  }

  private askAnother(): void {
    const other = this.sightings.chooseOther(this.asked);
    if (other !== undefined) {
      this.extras++;
      this.send(other, true);
    }
    if (this.extras < MAX_EXTRAS) this.waitOn();
  }

  private send(address: string | null, isExtra = false): void {
    const { contract, payload, headers, endMs } = this.request;
    const sentMs = this.clock.monotonicMs();
    const remainingMs = Math.max(1, endMs - sentMs);
    const subject = address === null ? contract.subject : addressedSubject(contract, address);
    this.asked.push(address);
    this.replies.ask(subject, payload, headers(remainingMs), remainingMs).then(
      (reply) => this.answered(reply, address, isExtra, sentMs),
      (error: unknown) => this.failed(error, address),
    );
  }

  private answered(reply: Msg | null, address: string | null, isExtra: boolean, sentMs: number): void {
    this.forget(address);
    const replica = reply?.headers?.get(REPLICA);
    if (replica) this.sightings.heard(replica);
    if (this.isSettled || (reply === null && this.asked.length > 0)) return;
    this.settle();
    if (reply) this.usual.add(this.clock.monotonicMs() - sentMs);
    if (reply && this.extras > 0) hedges.inc({ outcome: isExtra ? 'won' : 'lost' });
    if (reply && isExtra) this.sightings.silent(this.asked.filter((each) => each !== replica));
    this.resolve(reply);
  }

  private failed(error: unknown, address: string | null): void {
    this.forget(address);
    if (this.isSettled) return;
    if (address !== null && error instanceof NotSent) {
      this.sightings.gone(address);
      this.send(null);
      return;
    }
    if (this.asked.length > 0) return;
    if (this.mayComeBack(error)) {
      setTimeout(() => this.isSettled || this.send(null), RETRY_MS);
      return;
    }
    this.settle();
    this.reject(error);
  }

  private mayComeBack(error: unknown): boolean {
    if (!this.request.contract.isRead || !(error instanceof ServiceError) || error.code !== 'unavailable') return false;
    const nowMs = this.clock.monotonicMs();
    this.firstLossMs ??= nowMs;
    return (
      nowMs - this.firstLossMs < RETRIED_MS &&
      nowMs + RETRY_MS < this.request.endMs &&
      this.sightings.wasHeard(LATELY_MS)
    );
  }

  private forget(address: string | null): void {
    this.asked.splice(this.asked.indexOf(address), 1);
  }

  private settle(): void {
    this.isSettled = true;
    clearTimeout(this.timer);
  }
}
