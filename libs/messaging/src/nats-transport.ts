import { setTimeout as pause } from 'node:timers/promises';
import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import { Inject, Injectable } from '@nestjs/common';
import { type MessageHandler, NatsContext, ServerNats } from '@nestjs/microservices';
import { addressedSubject, type Contract, type EventContract } from '@sluice/contracts/contract';
import { transportErrors } from '@sluice/contracts/errors';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { QueryTime } from '@sluice/runtime/query-time';
import { RELEASE } from '@sluice/runtime/release';
import { requestScope } from '@sluice/runtime/request-scope';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import { Counter } from 'prom-client';
import { lastValueFrom } from 'rxjs';
import { Arrivals } from './arrivals';
import { Bus } from './bus';
import { BusDurations, type BusOutcome, outcomeOf } from './bus-durations';
import { decodeFrame, encodeFrame, type Frame, MAX_MESSAGE_BYTES } from './frame';
import type { ReplyBytes } from './handles';
import { OFFER, RELEASE_HEADER, REPLICA, releaseHeaders, scopeOf, spanOf, tellQueryTime } from './headers';
import { InFlight } from './in-flight';
import { describeMisfit, isOfAnotherRelease, releaseOf } from './release-stamp';
import type { ReplyEnvelope } from './reply-envelope';
import { fromWire, ServiceError } from './service-error';
import { acceptWhole, offerStream, onePiece } from './stream-offer';
import { readTold } from './tolerant-reader';

const MAX_IN_FLIGHT = 1_000;
const DRAIN_LIMIT_MS = 8_000;
/** The most bytes behind one request: they are held in memory until it is answered. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

interface Extras {
  contract?: Contract;
  event?: EventContract;
  once?: boolean;
}

const badMessages = new Counter({
  name: 'sluice_bad_messages_total',
  help: 'Messages that were refused because they do not fit their contract',
  labelNames: ['subject'],
});
const expiredMessages = new Counter({
  name: 'sluice_expired_messages_total',
  help: 'Requests dropped unexecuted because their caller had given up',
  labelNames: ['subject'],
});

const served = new BusDurations(
  'sluice_bus_served_duration_seconds',
  'Time from a request on the bus to the end of its reply, on the side that answers',
);
const working = new WatchedNumbers(
  'sluice_bus_requests_in_flight',
  'Requests on the bus that this process is answering',
);

/**
 * Nest's NATS server with its known gaps closed: one queue group per service, validated payloads, expired work dropped
 * before it has effects, bounded concurrency, replies of any size, a drain that loses no request.
 */
@Injectable()
export class NatsTransport extends ServerNats {
  private readonly subscribed: Subscription[] = [];
  private readonly refused: string[] = [];
  private readonly inFlight = new InFlight(MAX_IN_FLIGHT);
  /** Behind every reply: which replica it is from. */
  private readonly identity = releaseHeaders();

  constructor(
    private readonly bus: Bus,
    private readonly arrivals: Arrivals,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super({});
    this.identity.set(REPLICA, bus.address);
    working.watch(() => this.inFlight.size);
  }

  override createNatsClient(): Promise<NatsConnection> {
    return this.bus.connection();
  }

  /**
   * Up only once the server knows every subscription: who is told "ready" may be called at once. A server that refuses
   * one has permissions of another release: without it the service would never answer.
   */
  override start(callback: (error?: unknown) => void): void {
    super.start(() => {
      this.bus
        .connection()
        .then((connection) => connection.flush())
        .then(() => callback(this.refusal()), callback);
    });
  }

  /** The bus itself follows its connection's state and logs it. */
  override async handleStatusUpdates(): Promise<void> {}

  override bindEvents(connection: NatsConnection): void {
    for (const [subject, handler] of this.messageHandlers) {
      const extras: Extras = handler.extras ?? {};
      if (extras.contract) served.expect(subject);
      const queue = extras.contract || extras.once ? this.bus.options.service : undefined;
      const callback = (error: Error | null, message: Msg) => {
        if (error) this.refused.push(subject);
        else void this.receive(subject, handler, message);
      };
      this.subscribed.push(connection.subscribe(subject, { queue, callback }));
      const { contract } = extras;
      if (contract)
        this.subscribed.push(connection.subscribe(addressedSubject(contract, this.bus.address), { callback }));
    }
  }

  /**
   * Stops taking requests, lets those that came finish, with the bytes behind their replies (8 s at most); the bus
   * closes the connection later. Without a connection nothing is left that could be answered.
   */
  override async close(): Promise<void> {
    if (!this.bus.connected()) return;
    const open = this.subscribed.filter((subscription) => !subscription.isClosed());
    const drained = open.map((subscription) => subscription.drain());
    await Promise.race([Promise.all(drained), pause(DRAIN_LIMIT_MS, undefined, { ref: false })]);
    await this.inFlight.idle(DRAIN_LIMIT_MS);
  }

  private refusal(): Error | undefined {
    if (this.refused.length === 0) return undefined;
    const { service } = this.bus.options;
    return new Error(`the NATS user of ${service} may not subscribe to ${this.refused.join(', ')}`);
  }

  private async receive(subject: string, handler: MessageHandler, message: Msg): Promise<void> {
    const extras: Extras = handler.extras ?? {};
    const frame = decodeFrame(message.data);
    const scope = scopeOf(message.headers, this.arrivals.earliestMs());
    if (extras.contract) {
      scope.span = spanOf(subject, message.headers);
      scope.queryTime = new QueryTime();
    }
    try {
      await requestScope.run(scope, async () => {
        if (extras.event) await this.hear(subject, extras.event, handler, message, frame);
        else if (extras.contract) await this.serve(extras.contract, handler, message, frame, scope.deadlineMs);
      });
    } catch (error) {
      this.logger.error(error);
    }
  }

  private async hear(
    subject: string,
    event: EventContract,
    first: MessageHandler,
    message: Msg,
    frame: Frame | null,
  ): Promise<void> {
    const misfit = describeMisfit(message.headers?.get(RELEASE_HEADER) ?? '');
    const payload = misfit === null ? readTold(event.payload, frame?.head) : undefined;
    if (payload === undefined) {
      badMessages.inc({ subject });
      return;
    }
    for (let handler: MessageHandler | undefined = first; handler; handler = handler.next) {
      const result = await handler(payload, new NatsContext([subject, undefined]));
      await lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
    }
  }

  private async serve(
    contract: Contract,
    handler: MessageHandler,
    message: Msg,
    frame: Frame | null,
    deadlineMs: number | undefined,
  ): Promise<void> {
    const startedMs = performance.now();
    const leave = this.inFlight.enter();
    let outcome: BusOutcome = 'failed';
    try {
      if (!leave) return await this.reply(message, { error: new ServiceError('overloaded').getError() });
      const { envelope, bytes } = await this.answer(contract, handler, message, frame, deadlineMs);
      outcome = outcomeOf(envelope);
      await this.reply(message, envelope, bytes);
    } catch (error) {
      outcome = 'failed';
      throw error;
    } finally {
      leave?.();
      requestScope.getStore()?.span?.end(outcome === 'failed');
      served.add(contract.subject, outcome, performance.now() - startedMs);
    }
  }

  private async answer(
    contract: Contract,
    handler: MessageHandler,
    message: Msg,
    frame: Frame | null,
    deadlineMs: number | undefined,
  ): Promise<{ envelope: ReplyEnvelope; bytes?: ReplyBytes }> {
    const stamp = message.headers?.get(RELEASE_HEADER) ?? '';
    const misfit = describeMisfit(stamp);
    const request = contract.request.safeParse(frame?.head);
    if (misfit !== null || !request.success) {
      badMessages.inc({ subject: contract.subject });
      return { envelope: { error: refusalOf(stamp, misfit).getError() } };
    }
    if (deadlineMs !== undefined && deadlineMs <= this.clock.monotonicMs()) {
      expiredMessages.inc({ subject: contract.subject });
      return { envelope: { error: new ServiceError('timeout').getError() } };
    }
    try {
      const asked = contract.requestBytes
        ? { head: request.data, bytes: await this.bytesOf(message, frame) }
        : request.data;
      const result = await handler(asked, new NatsContext([contract.subject, undefined]));
      const answer: unknown = await lastValueFrom(this.transformToObservable(result));
      if (!contract.replyBytes) return { envelope: { reply: answer } };
      const { head, bytes } = answer as { head: unknown; bytes: ReplyBytes };
      return { envelope: { reply: head }, bytes };
    } catch (error) {
      return { envelope: { error: this.listed(contract, error).getError() } };
    }
  }

  /** The bytes behind a request. Nothing was done yet when they do not come whole. */
  private async bytesOf(message: Msg, frame: Frame | null): Promise<Uint8Array> {
    const offer = message.headers?.get(OFFER);
    if (!offer) return frame?.bytes ?? new Uint8Array(0);
    const bytes = await acceptWhole(this.bus, offer, MAX_REQUEST_BYTES).catch(() => {
      throw new ServiceError('unavailable', 'the request was interrupted');
    });
    if (!bytes) throw new ServiceError('payload_too_large');
    return bytes;
  }

  /** A code that the contract does not list is our own bug: it is logged and leaves as `internal`. */
  private listed(contract: Contract, error: unknown): ServiceError {
    const known = error instanceof ServiceError ? error : fromWire(error);
    const codes: readonly string[] = [...contract.errors, ...transportErrors];
    if (codes.includes(known.code)) return known;
    this.logger.error(`${contract.subject} failed with the unlisted code ${known.code}`);
    return new ServiceError('internal');
  }

  /** Resolves when the whole reply is handed to the bus, including a stream of bytes: until then the work is in flight. */
  private async reply(message: Msg, envelope: ReplyEnvelope, bytes?: ReplyBytes): Promise<void> {
    if (bytes !== undefined && !(bytes instanceof Uint8Array)) {
      const { subject, done } = await offerStream(this.bus, bytes);
      this.respond(message, encodeFrame({ ...envelope, offer: subject }));
      await done;
      return;
    }
    const frame = encodeFrame(envelope, bytes);
    if (frame.length <= MAX_MESSAGE_BYTES) this.respond(message, frame);
    else if (bytes) await this.reply(message, envelope, onePiece(bytes));
    // A refusal that does not fit leaves its faults behind; a reply goes as a stream.
    else if (envelope.error !== undefined)
      this.respond(message, encodeFrame({ error: new ServiceError(fromWire(envelope.error).code).getError() }));
    else await this.reply(message, { streamed: true }, onePiece(Buffer.from(JSON.stringify(envelope.reply))));
  }

  private respond(message: Msg, frame: Uint8Array): void {
    const time = requestScope.getStore()?.queryTime;
    message.respond(frame, { headers: time && time.totalMs > 0 ? this.identityWith(time) : this.identity });
  }

  private identityWith(time: QueryTime): MsgHdrs {
    const hdrs = releaseHeaders();
    hdrs.append(REPLICA, this.bus.address);
    tellQueryTime(hdrs, time);
    return hdrs;
  }
}

/**
 * The refusal of a request that is not understood. One of another release may ask for what this one does not know: another
 * replica may.
 */
function refusalOf(stamp: string, misfit: string | null): ServiceError {
  if (misfit !== null) return new ServiceError('other_release', misfit);
  if (!isOfAnotherRelease(stamp)) return new ServiceError('bad_message');
  return new ServiceError(
    'other_release',
    `release ${RELEASE} does not know what release ${releaseOf(stamp)} asks for`,
  );
}
