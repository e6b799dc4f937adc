import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersAbsoluteLinks } from '../http/prefer';
import type { PagePlan } from '../reading/page-plan';

const ORIGIN_HASH_LENGTH = 10;

/**
 * Gives the links of a page the origin that the caller reached, where it prefers that, and tells so
 * (RFC 7240 section 3). Such an answer has a tag of its own: its bytes name the origin.
 */
export function withPreferredLinks(
  plan: PagePlan,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
): PagePlan {
  if (!prefersAbsoluteLinks(request.headers.prefer)) return plan;
  const origin = originReached(request, publicUrl);
  if (origin === null) return plan;
  reply.header('preference-applied', 'links=absolute');
  const hash = createHash('sha256').update(origin).digest('base64url').slice(0, ORIGIN_HASH_LENGTH);
  return { ...plan, linkOrigin: origin, tag: `${plan.tag}-${hash}` };
}

/**
 * Finds the origin that a caller sees; null where its Host is none. TLS may end before us without a word: at our public
 * address the scheme is the one of that.
 */
export function originReached(request: Pick<FastifyRequest, 'protocol' | 'host'>, publicUrl: string): string | null {
  const address = `${request.protocol}://${request.host}`;
  if (!URL.canParse(address)) return null;
  const known = new URL(publicUrl);
  return request.host.toLowerCase() === known.host ? known.origin : new URL(address).origin;
}
