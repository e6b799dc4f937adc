import type { FastifyRequest } from 'fastify';
import type { PagePlan } from '../reading/page-plan';
import type { Moment } from '../reading/row-source';

/** May be kept by the caller alone, and is asked for again each time, which costs a 304 (RFC 9111 section 5.2.2). */
export const CACHE_HEADERS = {
  'cache-control': 'private, no-cache',
  vary: 'Authorization, Accept, Accept-Encoding, Origin',
};

/** The entity tag of ours among those that the caller holds, in whatever coding it got it (RFC 9110 section 13.1.2). */
export function heldByCaller(ifNoneMatch: string | undefined, tag: string): string | undefined {
  return ifNoneMatch?.match(/"[^"]*"/g)?.find((held) => held.startsWith(`"${tag}.`));
}

/** Only of what the source serves now: a cursor goes on in a version whose moment is not known any more. */
export function lastModified({ source, snapshot }: PagePlan): Moment | null {
  const { modifiedAt } = source;
  // Never in the future (RFC 9110 section 8.8.2.1).
  if (!modifiedAt || snapshot.versionId !== source.snapshot.versionId || modifiedAt.wallMs > Date.now()) return null;
  return modifiedAt;
}

/** A date counts only where no entity tag was sent (RFC 9110 section 13.1.3). */
export function unmodifiedSince(headers: FastifyRequest['headers'], modifiedAt: Moment): boolean {
  const since = headers['if-modified-since'];
  if (since === undefined || headers['if-none-match'] !== undefined) return false;
  return Date.parse(since) >= modifiedAt.wallMs;
}
