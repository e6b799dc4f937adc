import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { exampleSentRow, sentRowSchema } from '@sluice/query/sending/sent-row-schema';
import { sendableOf } from '../sending/sendable';
import { components, documentHead, problemResponses, schemaPath } from './document-parts';

const problems = problemResponses([
  'malformed_request',
  'token_required',
  'token_not_assigned',
  'api_not_found',
  'payload_too_large',
  'unsupported_media_type',
  'idempotency_in_progress',
  'invalid_rows',
  'idempotency_key_reused',
  'overloaded',
  'unavailable',
  'timeout',
]);

/** Makes the OpenAPI 3.1 document of an API that takes rows. */
export function makeSendDocument(route: Route, serverUrl: string): JsonSchema {
  const sendable = sendableOf(route);
  const example = exampleSentRow(sendable);
  const { maxBytes, maxRows, lenient } = sendable.rules;
  const row = { $ref: '#/components/schemas/Row' };
  const text = { type: 'string' };
  return {
    ...documentHead(route, serverUrl),
    paths: {
      [`/api/${route.path}`]: {
        post: {
          operationId: 'sendRows',
          summary: `Send rows to ${route.name}`,
          description:
            `One row, or up to ${maxRows} rows and ${maxBytes} bytes. The answer comes once they are durable. ` +
            'Rows with a fault are refused together with all others of the request' +
            (lenient ? ', unless `Prefer: handling=lenient` keeps those that are valid.' : '.'),
          tags: [route.slug],
          security: [{ accessToken: [] }],
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              description: 'Names this request: sent again with the same key within 24 hours, it happens once',
              schema: { type: 'string', minLength: 1, maxLength: 255 },
            },
            ...(lenient
              ? [{ name: 'Prefer', in: 'header', schema: { type: 'string', enum: ['handling=lenient'] } }]
              : []),
          ],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { anyOf: [row, { type: 'array', items: row, minItems: 1, maxItems: maxRows }] },
                example: [example],
              },
              'application/x-ndjson': { schema: text },
              'text/csv': { schema: text },
            },
          },
          responses: { 201: acceptedResponse(route), ...problems },
        },
      },
      [`/api/${route.path}/_schema`]: schemaPath(route, 'What a row has to be', problems),
    },
    components: components({ ...sentRowSchema(sendable), example }),
  };
}

function acceptedResponse(route: Route): JsonSchema {
  const text = { type: 'string' };
  const count = { type: 'integer' };
  return {
    description: 'The rows are durable, and in every answer from this snapshot on',
    headers: {
      'Sluice-Snapshot': { description: 'As in the body; send it as `Sluice-Min-Snapshot` to read them', schema: text },
      'Idempotency-Replayed': { description: 'The key was used before: this is the answer of then', schema: text },
    },
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['accepted', 'rejected', 'dataset', 'version', 'snapshot'],
          properties: {
            accepted: count,
            rejected: count,
            dataset: text,
            version: count,
            snapshot: text,
            errors: { type: 'array', items: { type: 'object' }, description: 'Of rejected rows' },
          },
        },
        example: {
          accepted: 1,
          rejected: 0,
          dataset: route.datasetId,
          version: route.version,
          snapshot: `${route.snapshot.versionId}.${route.snapshot.seq + 1}`,
        },
      },
    },
  };
}
