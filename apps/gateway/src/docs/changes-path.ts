import { changeFormats } from '@sluice/contracts/catalogue/row-changes';
import { errorTable } from '@sluice/contracts/errors';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { queryParameters } from '@sluice/query/describing/openapi-parameters';
import type { View } from '@sluice/query/views/view';
import { snapshotText } from '../reading/snapshot-text';
import { envelopeSchema, problemResponses } from './document-parts';

const problems = problemResponses([
  'invalid_query',
  'cursor_mismatch',
  'token_required',
  'token_not_assigned',
  'api_not_found',
  'not_found',
  'not_acceptable',
  'full_read_required',
  'snapshot_gone',
  'overloaded',
  'unavailable',
  'query_timeout',
]);

/** Describes `{path}/_changes` of an API that is read. */
export function describeChangesPath(route: Route, view: View, example: Record<string, unknown>): JsonSchema {
  const parameters = queryParameters(view, example, 'changes')
    .filter(({ name }) => name !== 'since')
    .map((each) => (each.name === '_format' ? { ...each, schema: { type: 'string', enum: changeFormats } } : each));
  const since = {
    name: 'since',
    in: 'query',
    required: true,
    description: 'The snapshot that the caller has: `Sluice-Snapshot` or `meta.snapshot` of an earlier answer',
    schema: { type: 'string', examples: [snapshotText(route.snapshot)] },
  };
  return {
    get: {
      operationId: 'readChanges',
      summary: `Read what became of the rows of ${route.name} since a snapshot`,
      description:
        'One change for each key, in the order in which they came. Where it cannot be told, as after a new version, it ' +
        `is a 410 \`full_read_required\` (${errorTable.full_read_required.title}): read all rows once more.`,
      tags: [route.slug],
      security: [{ accessToken: [] }],
      parameters: [since, ...parameters],
      responses: { 200: changesResponse(), ...problems },
    },
  };
}

function changesResponse(): JsonSchema {
  const text = { type: 'string' };
  const change = {
    type: 'object',
    required: ['change'],
    properties: {
      change: { type: 'string', enum: ['added', 'changed', 'removed'] },
      key: { type: 'object', description: 'The values of the key fields, where the dataset has any' },
      row: { $ref: '#/components/schemas/Row', description: 'Not of a row that was removed' },
    },
  };
  return {
    description: 'One page of changes; once the last one was read, `meta.snapshot` is what to ask from the next time',
    headers: {
      Link: { description: 'rel="next": the page behind this one (RFC 8288)', schema: text },
      'Sluice-Snapshot': { description: 'The same as `meta.snapshot`', schema: text },
    },
    content: {
      'application/json': { schema: envelopeSchema(change, {}, ['since']) },
      [mediaTypes.ndjson.type]: { schema: { type: 'string' } },
    },
  };
}
