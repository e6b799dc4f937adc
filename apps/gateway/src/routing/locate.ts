import { Method } from '@sluice/contracts/registry/apis';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import type { RouteTable } from './route-table';

/** The resources of an API: its rows, sending rows, and those that a last segment `_…` of the path names. */
export type ResourceName = 'rows' | 'sends' | keyof typeof subResources;

/** The API that a request is for, and which of its resources. */
export interface Located {
  route: Route;
  resource: ResourceName;
}

/** The resources behind a last segment, and which methods each takes; those of reading belong to an API that reads. */
const subResources = {
  schema: { segment: '_schema', methods: ['GET', 'HEAD'], isReading: false },
  openapi: { segment: '_openapi.json', methods: ['GET', 'HEAD'], isReading: false },
  dataPackage: { segment: '_datapackage.json', methods: ['GET', 'HEAD'], isReading: true },
  croissant: { segment: '_croissant.json', methods: ['GET', 'HEAD'], isReading: true },
  query: { segment: '_query', methods: ['POST'], isReading: true },
  exports: { segment: '_export', methods: ['GET', 'HEAD'], isReading: true },
  parquet: { segment: '_parquet', methods: ['GET', 'HEAD'], isReading: true },
  links: { segment: '_links', methods: ['POST'], isReading: true },
  changes: { segment: '_changes', methods: ['GET', 'HEAD'], isReading: true },
} as const;
const names = Object.keys(subResources) as (keyof typeof subResources)[];
const segments = names.map((name) => subResources[name].segment).join(', ');

/** Finds the active API at the request's domain and path, and which of its resources is meant. */
export function locate(
  table: RouteTable | null,
  request: Pick<FastifyRequest, 'url' | 'hostname' | 'method'>,
): Located {
  if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
  const { last } = splitAddress(request.url);
  const active = activeAt(table, request);
  if (active.length === 0) throw new HttpProblem('api_not_found', { detail: nothingAt(table, request) });
  if (last === undefined) {
    const route = ofMethod(active, request.method);
    if (request.method === 'QUERY') return { route, resource: 'query' };
    return { route, resource: route.method === 'POST' ? 'sends' : 'rows' };
  }
  const resource = names.find((name) => subResources[name].segment === last);
  if (!resource) throw new HttpProblem('api_not_found', { detail: `an API has ${segments}` });
  const { segment, isReading } = subResources[resource];
  const methods: readonly string[] = subResources[resource].methods;
  // They describe what can be read, where anything can.
  const route = active.find((each) => each.method === 'GET') ?? (isReading ? undefined : active[0]);
  if (route && methods.includes(request.method)) return { route, resource };
  const allow = route ? methods.join(', ') : '';
  const detail = allow ? `${segment} takes ${allow}` : 'this API only takes rows';
  throw new HttpProblem('method_not_allowed', { detail, headers: { allow } });
}

/** Finds the active APIs at the request's domain and path, whatever is asked of them. */
export function activeAt(table: RouteTable, { url, hostname }: Pick<FastifyRequest, 'url' | 'hostname'>): Route[] {
  const { path } = splitAddress(url);
  const domain = hostname.toLowerCase();
  const active: Route[] = [];
  for (const each of Method.options) {
    const route = table.find(domain, path, each);
    if (route?.active) active.push(route);
  }
  return active;
}

/** Says that there is nothing, and which address is meant where only a slash at the end is too much. */
function nothingAt(table: RouteTable, { url, hostname }: Pick<FastifyRequest, 'url' | 'hostname'>): string {
  const [path = ''] = url.split('?', 1);
  let end = path.length;
  while (path[end - 1] === '/') end--;
  const shorter = path.slice(0, end);
  const isKnown = shorter !== path && activeAt(table, { url: shorter, hostname }).length > 0;
  return isKnown ? `write ${shorter} without the slash at its end` : 'no active API answers at this address';
}

const PREFIX = '/api/';

/** Splits an address into the path of an API and the segment `_…` behind it, if there is one. */
function splitAddress(url: string): { path: string; last?: string } {
  const end = url.indexOf('?');
  const whole = url.slice(url.startsWith(PREFIX) ? PREFIX.length : 0, end < 0 ? undefined : end);
  const slash = whole.lastIndexOf('/');
  return slash >= 0 && whole[slash + 1] === '_'
    ? { path: whole.slice(0, slash), last: whole.slice(slash + 1) }
    : { path: whole };
}

/** What an endpoint that gives rows takes; QUERY has the query in its body (RFC 10008). */
const READING: readonly string[] = ['GET', 'HEAD', 'QUERY'];
/** The media types of such queries, as `Accept-Query` tells them (RFC 10008 section 3). */
export const QUERY_TYPE = 'application/json';

function ofMethod(active: readonly Route[], given: string): Route {
  const method = READING.includes(given) ? 'GET' : given;
  const route = active.find((each) => each.method === method);
  if (route) return route;
  const allow = active.flatMap((each) => (each.method === 'GET' ? READING : ['POST'])).join(', ');
  const reads = active.some((each) => each.method === 'GET');
  const headers = { allow, ...(reads && { 'accept-query': QUERY_TYPE }) };
  throw new HttpProblem('method_not_allowed', { detail: `this endpoint takes ${allow}`, headers });
}

/** What tells of an API without a row of it. */
const descriptions: ReadonlySet<ResourceName> = new Set(['openapi', 'dataPackage', 'croissant']);

/** Tells whether everybody may read it, with or without a token: what describes a listed API. */
export function isOpen({ route, resource }: Located): boolean {
  return route.listed && descriptions.has(resource);
}

/** Finds what everybody may read. Null for all else: without a token nobody learns whether it is there. */
export function locateOpen(
  table: RouteTable | null,
  request: Pick<FastifyRequest, 'url' | 'hostname' | 'method'>,
): Located | null {
  try {
    const found = locate(table, request);
    return isOpen(found) ? found : null;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** Tells whether a token may use an API; one that an agent was given is narrowed to those that were chosen. */
export function isAssigned(
  { apiId, tokenIds }: Pick<Route, 'apiId' | 'tokenIds'>,
  { id, agent }: Pick<Verdict, 'id' | 'agent'>,
): boolean {
  return tokenIds.includes(id) && (agent?.apiIds.includes(apiId) ?? true);
}

/** Refuses a token that is not assigned to the API (RFC 6750 section 3.1 for the challenge). */
export function authorise(route: Route, verdict: Verdict): void {
  if (isAssigned(route, verdict)) return;
  throw new HttpProblem('token_not_assigned', {
    detail: 'ask its publisher to assign the token',
    headers: {
      'www-authenticate': 'Bearer realm="sluice", error="insufficient_scope"',
    },
  });
}
