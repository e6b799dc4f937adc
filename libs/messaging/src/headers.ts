import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Actor, RequestScope } from '@sluice/runtime/request-scope';
import { z } from 'zod';

const REQUEST_ID = 'Sluice-Request-Id';
const DEADLINE = 'Sluice-Deadline';
/** Where the bytes behind a request can be fetched that are too many for one message. */
export const OFFER = 'Sluice-Offer';
const ACTOR = 'Sluice-Actor';

const WireActor = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['admin', 'key', 'token', 'system']),
  address: z.string(),
}) satisfies z.ZodType<Actor>;

/** The request's id, deadline (milliseconds since 1970) and actor, as they travel beside a message. */
export function scopeHeaders(scope: RequestScope): MsgHdrs {
  const hdrs = headers();
  hdrs.set(REQUEST_ID, scope.requestId);
  if (scope.deadlineMs !== undefined) hdrs.set(DEADLINE, String(Math.round(scope.deadlineMs)));
  // Names have letters of every script; header values are ASCII.
  if (scope.actor) hdrs.set(ACTOR, encodeURIComponent(JSON.stringify(scope.actor)));
  return hdrs;
}

/** The scope that a message was sent in; one without an id gets none of ours. */
export function scopeOf(hdrs: MsgHdrs | undefined): RequestScope {
  const deadline = Number(hdrs?.get(DEADLINE) || Number.NaN);
  return {
    requestId: hdrs?.get(REQUEST_ID) || 'none',
    deadlineMs: Number.isFinite(deadline) ? deadline : undefined,
    actor: actorOf(hdrs?.get(ACTOR)),
  };
}

function actorOf(text: string | undefined): Actor | undefined {
  if (!text) return undefined;
  try {
    return WireActor.safeParse(JSON.parse(decodeURIComponent(text))).data;
  } catch {
    return undefined;
  }
}
