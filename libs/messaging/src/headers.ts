import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { QueryTime } from '@sluice/runtime/query-time';
import type { Actor, RequestScope } from '@sluice/runtime/request-scope';
import type { Span } from '@sluice/runtime/trace-span';
import { beginSpan } from '@sluice/runtime/tracing';
import { z } from 'zod';
import { RELEASE_STAMP } from './release-stamp';

const REQUEST_ID = 'Sluice-Request-Id';
const REMAINING = 'Sluice-Remaining-Ms';
/** The header that says where to fetch the bytes behind a request that are too many for one message. */
export const OFFER = 'Sluice-Offer';
/** The header of a reply that names the replica which answers. */
export const REPLICA = 'Sluice-Replica';
/** The header that says which release a message is of, and the number of its contracts. */
export const RELEASE_HEADER = 'Sluice-Release';
const ACTOR = 'Sluice-Actor';
const QUERY_MS = 'Sluice-Query-Ms';
/** W3C Trace Context. */
const TRACEPARENT = 'traceparent';

const WireActor = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['admin', 'key', 'token', 'system']),
  address: z.string(),
}) satisfies z.ZodType<Actor>;

/**
 * The request's id, time left and actor, as they travel beside a message. A deadline would be read on another process's
 * clock: wall clocks differ and are stepped, monotonic ones have nothing in common.
 */
export function scopeHeaders(scope: Omit<RequestScope, 'deadlineMs'>, remainingMs?: number): MsgHdrs {
  const hdrs = headers();
  // To append is the cheaper way to set what is not there yet.
  hdrs.append(RELEASE_HEADER, RELEASE_STAMP);
  hdrs.append(REQUEST_ID, scope.requestId);
  if (remainingMs !== undefined) hdrs.append(REMAINING, String(Math.max(0, Math.floor(remainingMs))));
  // Names have letters of every script; header values are ASCII.
  if (scope.actor) hdrs.append(ACTOR, encodeURIComponent(JSON.stringify(scope.actor)));
  if (scope.span) hdrs.append(TRACEPARENT, scope.span.traceparent);
  return hdrs;
}

/** The headers of a message that no request caused. */
export function releaseHeaders(): MsgHdrs {
  const hdrs = headers();
  hdrs.append(RELEASE_HEADER, RELEASE_STAMP);
  return hdrs;
}

/**
 * Writes how long the engine has worked so far for the request that a message belongs to: milliseconds with one decimal, left
 * out where it is none. It stands in a header and not in a reply, so that refusals and streams tell it too.
 */
export function tellQueryTime(hdrs: MsgHdrs, time: QueryTime | undefined): void {
  const ms = time?.totalMs ?? 0;
  if (ms > 0) hdrs.append(QUERY_MS, ms.toFixed(1));
}

/** Makes a listener for the messages that answer one question: each of them tells the whole so far, and what is new is added. */
export function addsQueryTime(time: QueryTime | undefined): (hdrs: MsgHdrs | undefined) => void {
  let knownMs = 0;
  return (hdrs) => {
    const ms = Number(hdrs?.get(QUERY_MS) || 0);
    // Whatever is no number, and what comes behind a later message, is not above.
    if (!(ms > knownMs)) return;
    time?.add(ms - knownMs);
    knownMs = ms;
  };
}

/** The scope that a message was sent in, which came at `arrivedMs`; one without an id gets none of ours. */
export function scopeOf(hdrs: MsgHdrs | undefined, arrivedMs: number): RequestScope {
  const remainingMs = Number(hdrs?.get(REMAINING) || Number.NaN);
  return {
    requestId: hdrs?.get(REQUEST_ID) || 'none',
    deadlineMs: Number.isFinite(remainingMs) ? arrivedMs + remainingMs : undefined,
    actor: actorOf(hdrs?.get(ACTOR)),
  };
}

/** The span of a request on the bus, in the trace of whoever asks; undefined where that one is not traced. */
export function spanOf(subject: string, hdrs: MsgHdrs | undefined): Span | undefined {
  const traceparent = hdrs?.get(TRACEPARENT);
  return traceparent ? beginSpan(subject, traceparent) : undefined;
}

function actorOf(text: string | undefined): Actor | undefined {
  if (!text) return undefined;
  try {
    return WireActor.safeParse(JSON.parse(decodeURIComponent(text))).data;
  } catch {
    return undefined;
  }
}
