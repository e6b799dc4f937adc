import { changeFormats } from '@sluice/contracts/catalogue/row-changes';
import { sendFormats } from '@sluice/contracts/catalogue/sends';
import type { Route } from '@sluice/contracts/registry/routes';
import { querySchema } from '@sluice/query/describing/query-schema';
import { sentRowSchema } from '@sluice/query/sending/sent-row-schema';
import { controlsOf } from '@sluice/query/values/controls';
import { viewOfRoute } from '../reading/row-source';
import { snapshotText } from '../reading/snapshot-text';
import { sendableOf } from '../sending/sendable';

/** Describes an API for `{path}/_schema`: everything that a query may say, or what a row has to be that is sent. */
export function describeApi(route: Route): object {
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

/** The parameters of `{path}/_changes` beside the filters. */
const changesSchema = { since: 'snapshot', controls: controlsOf('changes'), formats: changeFormats };

function sendSchema(route: Route): object {
  const sendable = sendableOf(route);
  const { maxBytes, maxRows, lenient } = sendable.rules;
  return { formats: sendFormats, limits: { maxBytes, maxRows }, lenient, row: sentRowSchema(sendable) };
}
