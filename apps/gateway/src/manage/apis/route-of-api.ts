import { getApi } from '@sluice/contracts/registry/apis';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Services } from '@sluice/messaging/services';
import { HttpProblem } from '../../http/problem';
import type { Routes } from '../../routing/route-feed';

/** Finds the route of an API, also of one that is switched off; tells an API without rows from one that does not exist. */
export async function routeOfApi(routes: Routes, services: Services, apiId: string): Promise<Route> {
  const route = routes.table()?.get(apiId);
  if (route) return route;
  await services.request(getApi, { apiId });
  throw new HttpProblem('dataset_empty', { detail: 'import a version of its dataset first' });
}
