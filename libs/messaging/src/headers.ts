import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { RequestScope } from '@sluice/runtime/request-scope';

const REQUEST_ID = 'Sluice-Request-Id';
const DEADLINE = 'Sluice-Deadline';
/** Where the bytes behind a request can be fetched that are too many for one message. */
export const OFFER = 'Sluice-Offer';

/** The request's id and deadline (milliseconds since 1970), as they travel beside a message. */
export function scopeHeaders(scope: RequestScope): MsgHdrs {
  const hdrs = headers();
  hdrs.set(REQUEST_ID, scope.requestId);
  if (scope.deadlineMs !== undefined) hdrs.set(DEADLINE, String(Math.round(scope.deadlineMs)));
  return hdrs;
}

/** The scope that a message was sent in; one without an id gets none of ours. */
export function scopeOf(hdrs: MsgHdrs | undefined): RequestScope {
  const deadline = Number(hdrs?.get(DEADLINE) || Number.NaN);
  return {
    requestId: hdrs?.get(REQUEST_ID) || 'none',
    deadlineMs: Number.isFinite(deadline) ? deadline : undefined,
  };
}
