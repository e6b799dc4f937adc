import { changeFormats, readChanges } from '@sluice/contracts/catalogue/row-changes';
import { errorTable } from '@sluice/contracts/errors';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { queryParameters } from '@sluice/query/describing/openapi-parameters';
import type { View } from '@sluice/query/views/view';
import { snapshotText } from '../reading/snapshot-text';
import { headersOf } from './answer-headers';
import { ifNoneMatch, preferLinks, unchanged } from './conditional';
import { operationOf, refusalsOf } from './document-parts';
import { refTo } from './page-schemas';

const refusals = refusalsOf(
  'invalid_query',
  'cursor_mismatch',
  'not_acceptable',
  'full_read_required',
  ...readChanges.errors,
);

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
      ...operationOf(
        route,
        'readChanges',
        `Read what became of the rows of ${route.name} since a snapshot`,
        'One change for each key, in the order in which they came. Where it cannot be told, as after a new version, it ' +
          `is a 410 \`full_read_required\` (${errorTable.full_read_required.title}): read all rows once more.`,
      ),
      parameters: [since, ...parameters, ifNoneMatch, preferLinks],
      responses: { 200: changesAnswer(), 304: unchanged, ...refusals },
    },
  };
}

function changesAnswer(): JsonSchema {
  return {
    description: 'One page of changes; once the last one was read, `meta.snapshot` is what to ask from the next time',
    headers: headersOf(
      'ETag',
      'Link',
      'Preference-Applied',
      'Sluice-Commit',
      'Sluice-Snapshot',
      'RateLimit',
      'RateLimit-Policy',
    ),
    content: {
      'application/json': { schema: refTo('ChangesPage') },
      [mediaTypes.ndjson.type]: { schema: { type: 'string' } },
    },
  };
}
