import type { Route } from '@sluice/contracts/routes';
import { sendFormats } from '@sluice/contracts/sends';
import { querySchema } from '@sluice/query/query-schema';
import { sentRowSchema } from '@sluice/query/sent-row-schema';
import { viewOfRoute } from './row-source';
import { sendableOf } from './sendable';

/** What `{path}/_schema` tells: everything that a query of this API may say, or what a row has to be that is sent to it. */
export function apiSchema(route: Route): object {
  const { slug, name, description, method, datasetId, version, snapshot } = route;
  return {
    api: { slug, name, description, method },
    dataset: datasetId,
    version,
    ...(method === 'GET'
      ? { snapshot: `${snapshot.versionId}.${snapshot.seq}`, ...querySchema(viewOfRoute(route)) }
      : sendSchema(route)),
  };
}

function sendSchema(route: Route): object {
  const sendable = sendableOf(route);
  const { maxBytes, maxRows, lenient } = sendable.rules;
  return { formats: sendFormats, limits: { maxBytes, maxRows }, lenient, row: sentRowSchema(sendable) };
}
