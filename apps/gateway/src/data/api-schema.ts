import type { Route } from '@sluice/contracts/routes';
import { changeFormats } from '@sluice/contracts/row-changes';
import { sendFormats } from '@sluice/contracts/sends';
import { querySchema } from '@sluice/query/query-schema';
import { sentRowSchema } from '@sluice/query/sent-row-schema';
import { changeControls } from './changes';
import { viewOfRoute } from './row-source';
import { sendableOf } from './sendable';
import { snapshotText } from './snapshot-text';

/** What `{path}/_schema` tells: everything that a query of this API may say, or what a row has to be that is sent to it. */
export function apiSchema(route: Route): object {
  const { slug, name, description, method, datasetId, version, snapshot } = route;
  return {
    api: { slug, name, description, method },
    dataset: datasetId,
    version,
    ...(method === 'GET'
      ? { snapshot: snapshotText(snapshot), ...querySchema(viewOfRoute(route)), changes: changesSchema }
      : sendSchema(route)),
  };
}

/** What `{path}/_changes` takes beside the filters. */
const changesSchema = { since: 'snapshot', controls: changeControls, formats: changeFormats };

function sendSchema(route: Route): object {
  const sendable = sendableOf(route);
  const { maxBytes, maxRows, lenient } = sendable.rules;
  return { formats: sendFormats, limits: { maxBytes, maxRows }, lenient, row: sentRowSchema(sendable) };
}
