import type { Route } from '@sluice/contracts/routes';
import { querySchema } from '@sluice/query/query-schema';
import { openView } from '@sluice/query/view';

/** What `{path}/_schema` tells: everything that a query of this API may say. */
export function apiSchema(route: Route): object {
  const { slug, name, description, method, datasetId, version, snapshot, fields } = route;
  return {
    api: { slug, name, description, method },
    dataset: datasetId,
    version,
    snapshot: `${snapshot.versionId}.${snapshot.seq}`,
    ...querySchema(openView(fields)),
  };
}
