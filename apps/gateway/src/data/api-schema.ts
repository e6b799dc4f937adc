import type { Route } from '@sluice/contracts/routes';
import { querySchema } from '@sluice/query/query-schema';
import { viewOfRoute } from './row-source';

/** What `{path}/_schema` tells: everything that a query of this API may say. */
export function apiSchema(route: Route): object {
  const { slug, name, description, method, datasetId, version, snapshot } = route;
  return {
    api: { slug, name, description, method },
    dataset: datasetId,
    version,
    snapshot: `${snapshot.versionId}.${snapshot.seq}`,
    ...querySchema(viewOfRoute(route)),
  };
}
