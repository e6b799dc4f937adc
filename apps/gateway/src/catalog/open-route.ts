import type { Route } from '@sluice/contracts/registry/routes';
import { endpointOf } from '@sluice/query/exposing/endpoint';

/** Gives an API as everybody may know it: without what its fields tell of the rows in them. */
export function openRoute(route: Route): Route {
  return { ...route, fields: route.fields.map((field) => ({ ...field, min: null, max: null, distinct: null })) };
}

/** The address of an API that has no domain of its own is the public one: what is told to everybody does not follow who asks. */
export function openEndpoint(route: Route, publicUrl: string): string {
  return endpointOf(new URL(publicUrl), route);
}
