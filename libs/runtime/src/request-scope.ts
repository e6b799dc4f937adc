import { AsyncLocalStorage } from 'node:async_hooks';

/** What belongs to the request that is being worked on, wherever in the product: it follows calls over the bus. */
export interface RequestScope {
  requestId: string;
  /** Wall-clock milliseconds after which nobody waits for the result any more. */
  deadlineMs?: number;
}

export const requestScope = new AsyncLocalStorage<RequestScope>();
