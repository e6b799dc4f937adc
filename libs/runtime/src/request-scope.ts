import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryTime } from './query-time';
import type { Span } from './trace-span';

/** The one behind a request: a signed-in admin, an admin key, an access token, or the installation itself. */
export interface Actor {
  id: string;
  name: string;
  kind: 'admin' | 'key' | 'token' | 'system';
  /** The client's address. */
  address: string;
}

/** The circumstances of the request that is being worked on. They follow calls over the bus. */
export interface RequestScope {
  requestId: string;
  /** By this process's monotonic clock: nobody waits for the result any more after it. */
  deadlineMs?: number;
  /** Set by the guard that let the request pass. */
  actor?: Actor;
  /** The request in its trace; undefined while nothing is traced. */
  span?: Span;
  /** Adds up what the engine works for the request; a reply tells it to the one who asked. */
  queryTime?: QueryTime;
}

export const requestScope = new AsyncLocalStorage<RequestScope>();
