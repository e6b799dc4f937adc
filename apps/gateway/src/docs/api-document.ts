import { exportRows } from '@sluice/contracts/catalogue/row-formats';
import { readRows } from '@sluice/contracts/catalogue/rows';
import type { Format } from '@sluice/contracts/formats';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { queryParameters, valueSchema } from '@sluice/query/describing/openapi-parameters';
import { queryBodySchema } from '@sluice/query/describing/query-body-schema';
import type { View } from '@sluice/query/views/view';
import { allowedFormats } from '@sluice/query/views/view-rules';
import { viewOfRoute } from '../reading/row-source';
import { snapshotText } from '../reading/snapshot-text';
import { headersOf } from './answer-headers';
import { describeChangesPath } from './changes-path';
import { ifNoneMatch, preferLinks, unchanged } from './conditional';
import { describingPaths, documentOf, operationOf, refusalsOf } from './document-parts';
import { describeFilePath } from './file-path';
import { describeLinksPath } from './links-path';
import { changeShapes, refTo, rowShapes } from './page-schemas';

type Row = Record<string, unknown>;

const pageRefusals = refusalsOf('invalid_query', 'cursor_mismatch', 'not_acceptable', ...readRows.errors);
const queryRefusals = refusalsOf(
  'invalid_query',
  'cursor_mismatch',
  'not_acceptable',
  'payload_too_large',
  'unsupported_media_type',
  ...readRows.errors,
);
const exportRefusals = refusalsOf('invalid_query', 'not_acceptable', 'not_found', ...exportRows.errors);

/** Makes the OpenAPI 3.1 document of an API that is read, from its dataset's fields; `example` is a row of its own. */
export function makeReadDocument(route: Route, serverUrl: string, example: Row): JsonSchema {
  const view = viewOfRoute(route);
  const at = `/api/${route.path}`;
  const row = {
    type: 'object',
    properties: Object.fromEntries(view.fields.map((field) => [field.name, valueSchema(field)])),
    ...(Object.keys(example).length > 0 && { example }),
  };
  const paths = {
    [at]: {
      get: {
        ...operationOf(
          route,
          'readRows',
          `Read rows of ${route.name}`,
          'Filters narrow the rows down together; pages follow each other by `page.nextCursor`. ' +
            'Every field and operator, also those beyond the parameters listed here, is told by `_schema`.',
        ),
        parameters: [...queryParameters(view, example, 'rows'), ifNoneMatch, preferLinks],
        responses: { 200: pageAnswer(route, view, example), 304: unchanged, ...pageRefusals },
      },
    },
    ...(view.export && { [`${at}/_export`]: exportPath(route, view, example) }),
    ...(view.export && { [`${at}/_parquet`]: describeFilePath(route), [`${at}/_links`]: describeLinksPath(route) }),
    [`${at}/_changes`]: describeChangesPath(route, view, example),
    [`${at}/_query`]: {
      post: {
        ...operationOf(
          route,
          'queryRows',
          `Read rows of ${route.name} by a query in the body`,
          'The same as the parameters, for queries that are too long for an address. The method QUERY at the endpoint itself ' +
            '(RFC 10008) takes this body too, which OpenAPI 3.1 cannot say: it may be repeated, and `If-None-Match` counts.',
        ),
        parameters: [preferLinks],
        requestBody: { required: true, content: { 'application/json': { schema: queryBodySchema(view) } } },
        responses: { 200: pageAnswer(route, view, example), ...queryRefusals },
      },
    },
    ...describingPaths(route, 'Fields, types, operators and limits'),
  };
  return documentOf(route, serverUrl, paths, { ...rowShapes(row, view.aggregation), ...changeShapes });
}

function exportPath(route: Route, view: View, example: Row): JsonSchema {
  const shape = view.aggregation ? { anyOf: [refTo('RowList'), refTo('GroupList')] } : refTo('RowList');
  const fields = headersOf(
    'ETag',
    'Last-Modified',
    'Sluice-Commit',
    'Sluice-Snapshot',
    'RateLimit',
    'RateLimit-Policy',
  );
  return {
    get: {
      ...operationOf(
        route,
        'exportRows',
        `Download all rows of ${route.name}`,
        'The whole result of a query, streamed. A transfer that breaks is not complete.',
      ),
      parameters: [...queryParameters(view, example, 'exports'), ifNoneMatch],
      responses: {
        200: {
          description: 'All rows; the trailer `Sluice-Row-Count` tells their number',
          headers: { ...headersOf('Content-Disposition'), ...fields },
          content: contentOf(allowedFormats(view), { schema: shape }),
        },
        304: unchanged,
        ...exportRefusals,
      },
    },
  };
}

/** Other formats than JSON have text, or bytes without a schema (OpenAPI 3.1, section 4.8.14.2). */
function contentOf(formats: readonly Format[], json: JsonSchema): JsonSchema {
  const isText = (format: Format) => format === 'csv' || format === 'ndjson';
  return Object.fromEntries(
    formats.map((format) => {
      if (format === 'json') return [mediaTypes.json.type, json];
      return [mediaTypes[format].type, isText(format) ? { schema: { type: 'string' } } : {}];
    }),
  );
}

function examplePage(route: Route, example: Row): JsonSchema {
  return {
    data: [example],
    page: { limit: 1, returned: 1, hasMore: false, nextCursor: null },
    links: { self: `/api/${route.path}?_limit=1`, next: null },
    meta: {
      api: route.slug,
      dataset: route.datasetId,
      version: route.version,
      ...(route.firstCommit !== null && { commit: route.firstCommit + route.snapshot.seq }),
      snapshot: snapshotText(route.snapshot),
    },
  };
}

function pageAnswer(route: Route, view: View, example: Row): JsonSchema {
  const { aggregation } = view;
  const shapes = ['RowsPage', ...(aggregation ? ['GroupsPage'] : []), 'RowList', ...(aggregation ? ['GroupList'] : [])];
  const json = {
    schema: { anyOf: shapes.map(refTo) },
    ...(Object.keys(example).length > 0 && { example: examplePage(route, example) }),
  };
  return {
    description: 'One page of rows',
    headers: headersOf(
      'ETag',
      'Last-Modified',
      'Link',
      'Preference-Applied',
      'Sluice-Commit',
      'Sluice-Snapshot',
      'RateLimit',
      'RateLimit-Policy',
    ),
    content: contentOf(allowedFormats(view), json),
  };
}
