import type { FastifyRequest } from 'fastify';
import type { PagePlan } from '../reading/page-plan';
import type { Moment } from '../reading/row-source';

/** The fields of answers that the caller alone may keep, and asks for again each time at the cost of a 304 (RFC 9111 section 5.2.2). */
export const CACHE_HEADERS = {
  'cache-control': 'private, no-cache',
  vary: 'Authorization, Accept, Accept-Encoding, Prefer, Origin',
};

/**
 * Finds our entity tag among those that the caller holds, in whatever coding it got it; `*` stands for any that there is
 * (RFC 9110 section 13.1.2).
 */
export function findHeldTag(ifNoneMatch: string | undefined, tag: string): string | undefined {
  if (ifNoneMatch?.trim() === '*') return `"${tag}.identity"`;
  return ifNoneMatch?.match(/"[^"]*"/g)?.find((held) => held.startsWith(`"${tag}.`));
}

/** Tells whether the caller holds the answer that has this entity tag, with its quotes, in the one coding that there is. */
export function isHeld(headers: FastifyRequest['headers'], etag: string, modifiedAt: Moment | null): boolean {
  const held = headers['if-none-match'];
  if (held?.includes(etag) || held?.trim() === '*') return true;
  return modifiedAt !== null && isUnmodifiedSince(headers, modifiedAt);
}

/** Names the commit that was read, where it is known. */
export function commitHeader({ commit }: PagePlan): Record<string, string> {
  return commit === null ? {} : { 'sluice-commit': String(commit) };
}

/** Finds the moment of the last change; null for an older snapshot, whose moment is not known any more. */
export function lastModified({ source, snapshot }: PagePlan): Moment | null {
  const { modifiedAt } = source;
  const isOlder = snapshot.versionId !== source.snapshot.versionId || snapshot.seq < source.snapshot.seq;
  // Never in the future (RFC 9110 section 8.8.2.1).
  if (!modifiedAt || isOlder || modifiedAt.wallMs > Date.now()) return null;
  return modifiedAt;
}

/** Tells whether the caller's date is late enough; it counts only where no entity tag was sent (RFC 9110 section 13.1.3). */
export function isUnmodifiedSince(headers: FastifyRequest['headers'], modifiedAt: Moment): boolean {
  const since = headers['if-modified-since'];
  if (since === undefined || headers['if-none-match'] !== undefined) return false;
  return Date.parse(since) >= modifiedAt.wallMs;
}
