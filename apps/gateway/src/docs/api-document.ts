import type { Format } from '@sluice/contracts/formats';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { queryParameters, valueSchema } from '@sluice/query/describing/openapi-parameters';
import { queryBodySchema } from '@sluice/query/describing/query-body-schema';
import type { View } from '@sluice/query/views/view';
import { viewOfRoute } from '../reading/row-source';
import { describeChangesPath } from './changes-path';
import { components, documentHead, envelopeSchema, problemResponses, schemaPath } from './document-parts';

/** The answers that a consumer may get instead of rows. */
const problems = problemResponses([
  'invalid_query',
  'cursor_mismatch',
  'token_required',
  'token_not_assigned',
  'api_not_found',
  'not_acceptable',
  'snapshot_gone',
  'overloaded',
  'unavailable',
  'query_timeout',
]);

/** Makes the OpenAPI 3.1 document of an API that is read, from its dataset's fields; `example` is a row of its own. */
export function makeReadDocument(route: Route, serverUrl: string, example: Record<string, unknown>): JsonSchema {
  const view = viewOfRoute(route);
  return {
    ...documentHead(route, serverUrl),
    paths: {
      [`/api/${route.path}`]: {
        get: {
          operationId: 'readRows',
          summary: `Read rows of ${route.name}`,
          description:
            'Filters narrow the rows down together; pages follow each other by `page.nextCursor`. ' +
            'Every field and operator, also those beyond the parameters listed here, is told by `_schema`.',
          tags: [route.slug],
          security: [{ accessToken: [] }],
          parameters: queryParameters(view, example, 'rows'),
          responses: { 200: rowsResponse(route, example, view.formats), ...problems },
        },
      },
      ...(view.export && { [`/api/${route.path}/_export`]: exportPath(route, view, example) }),
      [`/api/${route.path}/_changes`]: describeChangesPath(route, view, example),
      [`/api/${route.path}/_query`]: {
        post: {
          operationId: 'queryRows',
          summary: `Read rows of ${route.name} by a query in the body`,
          description: 'The same as the parameters, for queries that are too long for an address.',
          tags: [route.slug],
          security: [{ accessToken: [] }],
          requestBody: { required: true, content: { 'application/json': { schema: queryBodySchema(view) } } },
          responses: { 200: rowsResponse(route, example, view.formats), ...problems },
        },
      },
      [`/api/${route.path}/_schema`]: schemaPath(route, 'Fields, types, operators and limits', problems),
    },
    components: components({
      type: 'object',
      properties: Object.fromEntries(view.fields.map((field) => [field.name, valueSchema(field)])),
      ...(Object.keys(example).length > 0 && { example }),
    }),
  };
}

function exportPath(route: Route, view: View, example: Record<string, unknown>): JsonSchema {
  const rows = { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Row' } } } };
  return {
    get: {
      operationId: 'exportRows',
      summary: `Download all rows of ${route.name}`,
      description: 'The whole result of a query, streamed. A transfer that breaks is not complete.',
      tags: [route.slug],
      security: [{ accessToken: [] }],
      parameters: queryParameters(view, example, 'exports'),
      responses: {
        200: {
          description: 'All rows; the trailer `Sluice-Row-Count` tells their number',
          headers: { 'Content-Disposition': { description: 'A file name', schema: { type: 'string' } } },
          content: { ...(view.formats.includes('json') && rows), ...otherFormats(view.formats) },
        },
        ...problems,
      },
    },
  };
}

/** Formats whose documents are no JSON: text, or bytes without a schema (OpenAPI 3.1, section 4.8.14.2). */
function otherFormats(formats: readonly Format[]): JsonSchema {
  const isText = (format: Format) => format === 'csv' || format === 'ndjson';
  return Object.fromEntries(
    formats
      .filter((format) => format !== 'json')
      .map((format) => [mediaTypes[format].type, isText(format) ? { schema: { type: 'string' } } : {}]),
  );
}

function rowsResponse(route: Route, example: Record<string, unknown>, formats: readonly Format[]): JsonSchema {
  const total = { type: 'integer', description: 'All matching rows; without filters always there' };
  return {
    description: 'One page of rows',
    headers: { Link: { description: 'rel="next": the page behind this one (RFC 8288)', schema: { type: 'string' } } },
    content: {
      'application/json': {
        schema: envelopeSchema({ $ref: '#/components/schemas/Row' }, { total }, []),
        example: {
          data: [example],
          page: { limit: 1, returned: 1, hasMore: false, nextCursor: null },
          links: { self: `/api/${route.path}?_limit=1`, next: null },
          meta: {
            api: route.slug,
            dataset: route.datasetId,
            version: route.version,
            snapshot: `${route.snapshot.versionId}.${route.snapshot.seq}`,
          },
        },
      },
      ...otherFormats(formats),
    },
  };
}
