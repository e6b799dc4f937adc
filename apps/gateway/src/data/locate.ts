import { Method } from '@sluice/contracts/apis';
import type { Route } from '@sluice/contracts/routes';
import type { Verdict } from '@sluice/contracts/tokens';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import type { RouteTable } from '../routing/route-table';

/** The active API at the request's domain and path. `_…` segments name sub-resources, of which there are none yet. */
export function locate(table: RouteTable | null, request: FastifyRequest): Route {
  if (!table) throw new HttpProblem('unavailable', 'the gateway does not know its routes yet');
  const path = request.url.split('?', 1)[0]?.replace(/^\/api\//, '') ?? '';
  const domain = request.hostname.toLowerCase();
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const active = Method.options.map((each) => table.find(domain, path, each)).filter((route) => route?.active);
  const route = active.find((each) => each?.method === method);
  if (route) return route;
  if (active.length === 0) throw new HttpProblem('api_not_found', 'no active API answers at this address');
  const allow = active.flatMap((each) => (each?.method === 'GET' ? ['GET', 'HEAD'] : ['POST'])).join(', ');
  throw new HttpProblem('method_not_allowed', `this endpoint takes ${allow}`, { allow });
}

/** Whether the token may use the API at all (RFC 6750 section 3.1 for the challenge). */
export function authorise(route: Route, verdict: Verdict): void {
  if (route.tokenIds.includes(verdict.id)) return;
  throw new HttpProblem('token_not_assigned', 'ask its publisher to assign the token', {
    'www-authenticate': 'Bearer realm="sluice", error="insufficient_scope"',
  });
}
