import type { Msg } from '@nats-io/transport-node';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Contract, RequestInput } from '@sluice/contracts/contract';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { requestScope } from '@sluice/runtime/request-scope';
import type { Span } from '@sluice/runtime/trace-span';
import { Bus } from './bus';
import { BusDurations, type BusOutcome, outcomeOfError } from './bus-durations';
import { decodeFrame, encodeFrame, MAX_MESSAGE_BYTES } from './frame';
import type { Answer, ReplyBytes } from './handles';
import { addsQueryTime, OFFER, scopeHeaders } from './headers';
import { HedgedRequests } from './hedged-requests';
import { ReplyEnvelope } from './reply-envelope';
import { fromWire, ServiceError } from './service-error';
import { acceptOffer, offerStream, onePiece } from './stream-offer';
import { readTold } from './tolerant-reader';

/** While releases are replaced the bus may give a request to the same replica of the other one again and again. */
const MAX_TRIES = 10;

const asked = new BusDurations(
  'sluice_bus_asked_duration_seconds',
  'Time from a request on the bus to its reply, on the side that asks; bytes behind the reply may follow',
);

/** Calls contracts of other services: typed request, typed reply, typed refusals, and always an end in time. */
@Injectable()
export class Services {
  private readonly logger = new Logger(Services.name);

  constructor(
    private readonly bus: Bus,
    private readonly requests: HedgedRequests,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Fails with a `ServiceError`: a code of the contract, or one of the transport's: `unavailable` (as `NotSent` where
   * it was certainly not executed), `timeout` (unknown whether it was), `overloaded`, `payload_too_large`, `internal`.
   * `other_release` comes once no replica was found that understands it. Bytes behind the request that do not fit into its message are fetched by whoever answers it.
   */
  async request<C extends Contract>(
    contract: C,
    request: RequestInput<C>,
    ...[bytes]: C['requestBytes'] extends true ? [bytes: Uint8Array] : []
  ): Promise<Answer<C>> {
    const startedMs = performance.now();
    const span = requestScope.getStore()?.span;
    const own = span?.isKept ? span.child(contract.subject, 'client') : undefined;
    let outcome: BusOutcome = 'ok';
    try {
      return await this.send(contract, request, bytes, own ?? span);
    } catch (error) {
      outcome = outcomeOfError(error);
      if (error instanceof ServiceError) own?.tell({ 'error.type': error.code });
      throw error;
    } finally {
      own?.end(outcome === 'failed');
      asked.add(contract.subject, outcome, performance.now() - startedMs);
    }
  }

  private async send<C extends Contract>(
    contract: C,
    request: RequestInput<C>,
    bytes: Uint8Array | undefined,
    span: Span | undefined,
  ): Promise<Answer<C>> {
    const scope = requestScope.getStore();
    const endMs = Math.min(
      this.clock.monotonicMs() + contract.timeoutMs,
      scope?.deadlineMs ?? Number.POSITIVE_INFINITY,
    );
    const whole = encodeFrame(request, bytes);
    const payload = bytes && whole.length > MAX_MESSAGE_BYTES ? encodeFrame(request) : whole;
    if (payload.length > MAX_MESSAGE_BYTES) throw new ServiceError('payload_too_large');
    const sent = { requestId: scope?.requestId ?? newId('req'), actor: scope?.actor, span };
    const offer = bytes && payload !== whole ? (await offerStream(this.bus, onePiece(bytes))).subject : undefined;
    const headers = (remainingMs: number) => {
      const fields = scopeHeaders(sent, remainingMs);
      if (offer) fields.set(OFFER, offer);
      return fields;
    };
    for (let tries = 1; ; tries++) {
      if (endMs <= this.clock.monotonicMs()) throw new ServiceError('timeout');
      const reply = await this.requests.ask({ contract, payload, headers, endMs });
      if (!reply) throw new ServiceError('timeout');
      try {
        return await this.open(contract, reply);
      } catch (error) {
        // It was not executed, and another replica may be of a release that understands it.
        if (tries === MAX_TRIES || !(error instanceof ServiceError) || error.code !== 'other_release') throw error;
        this.requests.misunderstood(contract, reply);
      }
    }
  }

  private async open<C extends Contract>(contract: C, reply: Msg): Promise<Answer<C>> {
    const addQueryTime = addsQueryTime(requestScope.getStore()?.queryTime);
    addQueryTime(reply.headers);
    const frame = decodeFrame(reply.data);
    const envelope = ReplyEnvelope.safeParse(frame?.head);
    if (!frame || !envelope.success) return this.unreadable(contract);
    if (envelope.data.error !== undefined) {
      const error = fromWire(envelope.data.error);
      if (error.code === 'overloaded') this.requests.overloaded(contract);
      throw error;
    }
    const { offer, streamed } = envelope.data;
    const whole = streamed && offer !== undefined ? await parsedStream(acceptOffer(this.bus, offer)) : undefined;
    const head = readTold(contract.reply, whole ?? envelope.data.reply);
    if (head === undefined) return this.unreadable(contract);
    if (!contract.replyBytes) return head as Answer<C>;
    const bytes: ReplyBytes = offer === undefined ? frame.bytes : acceptOffer(this.bus, offer, addQueryTime);
    return { head, bytes } as Answer<C>;
  }

  private unreadable(contract: Contract): never {
    this.logger.error(`unreadable reply on ${contract.subject}`);
    throw new ServiceError('internal');
  }
}

/** A reply that came as a stream. One that broke on the way is as good as none. */
async function parsedStream(stream: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch {
    throw new ServiceError('unavailable', 'the reply was interrupted');
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
