import type { Route } from '@sluice/contracts/registry/routes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';

/**
 * Refuses a page of an origin that is neither ours nor one that an API of the token names: a name may be made to lead here (DNS rebinding;
 * Model Context Protocol, "Transports", security warning). Programs that are no pages send none. A page that may ask may read the answer.
 */
export function expectKnownOrigin(
  { headers: { origin } }: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  usable: () => readonly Route[],
  publicUrl: string,
): void {
  if (origin === undefined || origin === new URL(publicUrl).origin) return;
  reply.header('vary', 'Origin');
  const named = usable().flatMap(({ settings }) => settings.cors?.origins ?? []);
  if (!named.includes(origin) && !named.includes('*')) {
    const detail =
      'its Origin is neither the public address of this installation nor one that an API of the token allows';
    throw new HttpProblem('cross_site_request', { detail });
  }
  reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED });
}

const EXPOSED = 'RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
/** What a page may send; the headers are those of the protocol. */
const PREFLIGHT = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers':
    'Accept, Authorization, Content-Type, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id',
  'access-control-max-age': '600',
  vary: 'Origin',
};

/**
 * Answers the question whether a page may ask (Fetch standard, section 3.3), with yes to everybody: it has no token yet, and the answer tells nobody
 * which origins there are. The message itself is refused.
 */
export function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = headers;
  if (origin === undefined || headers['access-control-request-method'] === undefined) return false;
  void reply
    .status(204)
    .headers({ ...PREFLIGHT, 'access-control-allow-origin': origin })
    .send();
  return true;
}
