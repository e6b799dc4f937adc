import type { Route } from '@sluice/contracts/registry/routes';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { activeAt, locate } from './locate';
import type { Routes } from './route-feed';

/** The fields of a preflight answer: what a page may send, and for how many seconds a browser may remember that. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST, QUERY',
  'access-control-allow-headers':
    'Accept, Authorization, Content-Type, Idempotency-Key, If-Modified-Since, If-None-Match, If-Range, Prefer, Range, Sluice-Min-Snapshot',
  'access-control-max-age': '600',
};
/** The header fields that a page may read beside those that it always may. */
const EXPOSED = [
  'Accept-Query',
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'Deprecation',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Repr-Digest',
  'Retry-After',
  'Sluice-Commit',
  'Sluice-Row-Count',
  'Sluice-Snapshot',
  'Sunset',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');

/**
 * Answers pages of other origins at data endpoints by CORS (Fetch standard, section 3.3), off unless an API names origins. A preflight needs no token, and
 * gets the same answer for a path without an API as for an API that allows nobody. No credentials of a browser are ever
 * taken: a page that calls has a token of its own.
 */
export function answerOtherOrigins(server: FastifyInstance, routes: Routes): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || !request.url.startsWith('/api/')) return done();
    const asked = request.headers['access-control-request-method'];
    const isPreflight = request.method === 'OPTIONS' && asked !== undefined;
    const allowed = allowedOrigin(routesFor(routes, request, isPreflight ? asked : request.method), origin);
    reply.header('vary', 'Origin');
    if (allowed) {
      const fields = isPreflight ? PREFLIGHT : { 'access-control-expose-headers': EXPOSED };
      reply.headers({ 'access-control-allow-origin': allowed, ...fields });
    }
    if (isPreflight) return void reply.status(204).send();
    done();
  });
}

/** Finds the API that a request is for; where it is for none, those at its path, so that a page can read why. */
function routesFor(routes: Routes, { url, hostname }: FastifyRequest, method: string): Route[] {
  const table = routes.table();
  try {
    return [locate(table, { url, hostname, method }).route];
  } catch (error) {
    if (error instanceof ServiceError) return table ? activeAt(table, { url, hostname }) : [];
    throw error;
  }
}

function allowedOrigin(routes: readonly Route[], origin: string): string | null {
  const origins = routes.flatMap(({ settings }) => settings.cors?.origins ?? []);
  return origins.includes('*') ? '*' : origins.includes(origin) ? origin : null;
}
