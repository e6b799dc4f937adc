import { Method } from '@sluice/contracts/registry/apis';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import type { RouteTable } from './route-table';

/** What stands behind the path of an API: its rows, or what a last segment `_…` names. */
export type SubResource = 'rows' | '_schema' | '_openapi.json' | '_query' | '_export' | '_changes';

export interface Located {
  route: Route;
  resource: SubResource;
}

/** Which methods a sub-resource takes; `_query`, `_export` and `_changes` belong to an API that reads. */
const subResources: Readonly<Record<Exclude<SubResource, 'rows'>, { methods: readonly string[]; readsOnly: boolean }>> =
  {
    _schema: { methods: ['GET', 'HEAD'], readsOnly: false },
    '_openapi.json': { methods: ['GET', 'HEAD'], readsOnly: false },
    _query: { methods: ['POST'], readsOnly: true },
    _export: { methods: ['GET', 'HEAD'], readsOnly: true },
    _changes: { methods: ['GET', 'HEAD'], readsOnly: true },
  };

/** The active API at the request's domain and path, and which of its resources is meant. */
export function locate(
  table: RouteTable | null,
  request: Pick<FastifyRequest, 'url' | 'hostname' | 'method'>,
): Located {
  if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
  const { path, last } = addressed(request.url);
  const domain = request.hostname.toLowerCase();
  const active: Route[] = [];
  for (const each of Method.options) {
    const route = table.find(domain, path, each);
    if (route?.active) active.push(route);
  }
  if (active.length === 0) throw new HttpProblem('api_not_found', { detail: 'no active API answers at this address' });
  if (last === undefined) return { route: ofMethod(active, request.method), resource: 'rows' };
  const resource = (Object.keys(subResources) as (keyof typeof subResources)[]).find((name) => name === last);
  if (!resource)
    throw new HttpProblem('api_not_found', { detail: `an API has ${Object.keys(subResources).join(', ')}` });
  const { methods, readsOnly } = subResources[resource];
  // They describe what can be read, where anything can.
  const route = active.find((each) => each.method === 'GET') ?? (readsOnly ? undefined : active[0]);
  if (route && methods.includes(request.method)) return { route, resource };
  const allow = route ? methods.join(', ') : '';
  throw new HttpProblem('method_not_allowed', {
    detail: allow ? `${resource} takes ${allow}` : 'this API only takes rows',
    headers: {
      allow,
    },
  });
}

const PREFIX = '/api/';

/** The path of an API and the sub-resource behind it, if there is one. */
function addressed(url: string): { path: string; last?: string } {
  const end = url.indexOf('?');
  const whole = url.slice(url.startsWith(PREFIX) ? PREFIX.length : 0, end < 0 ? undefined : end);
  const slash = whole.lastIndexOf('/');
  return slash >= 0 && whole[slash + 1] === '_'
    ? { path: whole.slice(0, slash), last: whole.slice(slash + 1) }
    : { path: whole };
}

function ofMethod(active: readonly Route[], given: string): Route {
  const method = given === 'HEAD' ? 'GET' : given;
  const route = active.find((each) => each.method === method);
  if (route) return route;
  const allow = active.flatMap((each) => (each.method === 'GET' ? ['GET', 'HEAD'] : ['POST'])).join(', ');
  throw new HttpProblem('method_not_allowed', { detail: `this endpoint takes ${allow}`, headers: { allow } });
}

/** Whether the token may use the API at all (RFC 6750 section 3.1 for the challenge). */
export function authorise(route: Route, verdict: Verdict): void {
  if (route.tokenIds.includes(verdict.id)) return;
  throw new HttpProblem('token_not_assigned', {
    detail: 'ask its publisher to assign the token',
    headers: {
      'www-authenticate': 'Bearer realm="sluice", error="insufficient_scope"',
    },
  });
}
