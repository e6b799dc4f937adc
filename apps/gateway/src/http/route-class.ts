import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What kind of request for data it is, once that is known. */
    dataClass?: DataClass;
  }
}

const dataClasses = [
  'page',
  'lookup',
  'query',
  'export',
  'file',
  'link',
  'changes',
  'send',
  'description',
  'agent',
] as const;
/** The kinds of requests for data: what costs about the same, and may take about the same time. */
export type DataClass = (typeof dataClasses)[number];

/** Every kind of request that metrics and traces tell apart. `no-api` is a request for data that found no API. */
export const routeClasses = [
  ...dataClasses,
  'no-api',
  'management',
  'sign-in',
  'docs',
  'console',
  'health',
  'other',
] as const;
export type RouteClass = (typeof routeClasses)[number];

/** The kinds by what addresses begin with, the longest first. */
const prefixes: readonly (readonly [string, RouteClass])[] = [
  ['/api/', 'no-api'],
  ['/links/', 'no-api'],
  ['/delta-sharing/', 'no-api'],
  ['/mcp', 'no-api'],
  ['/odata', 'no-api'],
  ['/catalog.jsonld', 'description'],
  ['/.well-known/api-catalog', 'description'],
  ['/manage/v1/session', 'sign-in'],
  ['/manage/v1/setup', 'sign-in'],
  ['/manage/', 'management'],
  ['/oauth/', 'sign-in'],
  ['/.well-known/', 'docs'],
  ['/docs', 'docs'],
  ['/console', 'console'],
  ['/health/', 'health'],
];
/** By the pattern of a route, of which there are few. */
const known = new Map<string, RouteClass>();

/** Tells what kind of request it is: by what was asked of an API, else by the pattern of its route. */
export function routeClassOf({ dataClass, routeOptions: { url = '' } }: FastifyRequest): RouteClass {
  return dataClass ?? known.get(url) ?? remember(url);
}

function remember(pattern: string): RouteClass {
  const [, found = 'other'] = prefixes.find(([prefix]) => pattern.startsWith(prefix)) ?? [];
  known.set(pattern, found);
  return found;
}
