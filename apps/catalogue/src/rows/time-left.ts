import { requestScope } from '@sluice/runtime/request-scope';

/** A page may take this long, and whatever else is looked for in rows while somebody waits. */
export const QUERY_LIMIT_MS = 10_000;

/** Tells how long the caller still waits; never longer than a page may take. */
export function timeLeftMs(): number {
  const deadlineMs = requestScope.getStore()?.deadlineMs ?? Number.POSITIVE_INFINITY;
  return Math.min(QUERY_LIMIT_MS, Math.max(1, deadlineMs - performance.now()));
}
