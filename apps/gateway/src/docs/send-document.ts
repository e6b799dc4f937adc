import { sendRows } from '@sluice/contracts/catalogue/sends';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { exampleSentRow, sentRowSchema } from '@sluice/query/sending/sent-row-schema';
import { idempotencyKeyField } from '../http/idempotency-key';
import { sendableOf } from '../sending/sendable';
import { headersOf } from './answer-headers';
import { describingPaths, documentOf, operationOf, refusalsOf } from './document-parts';
import { refTo } from './page-schemas';

const refusals = refusalsOf('invalid_query', 'payload_too_large', 'unsupported_media_type', ...sendRows.errors);

/** Makes the OpenAPI 3.1 document of an API that takes rows. */
export function makeSendDocument(route: Route, serverUrl: string): JsonSchema {
  const sendable = sendableOf(route);
  const example = exampleSentRow(sendable);
  const { maxBytes, maxRows, lenient } = sendable.rules;
  const row = refTo('Row');
  const text = { type: 'string' };
  const paths = {
    [`/api/${route.path}`]: {
      post: {
        ...operationOf(
          route,
          'sendRows',
          `Send rows to ${route.name}`,
          `One row, or up to ${maxRows} rows and ${maxBytes} bytes. The answer comes once they are durable. ` +
            'Rows with a fault are refused together with all others of the request' +
            (lenient ? ', unless `Prefer: handling=lenient` keeps those that are valid.' : '.'),
        ),
        parameters: [
          { in: 'header', ...idempotencyKeyField },
          ...(lenient
            ? [
                {
                  name: 'Prefer',
                  in: 'header',
                  description: '`handling=lenient` keeps the valid rows of a request with bad ones (RFC 7240)',
                  schema: { type: 'string', examples: ['handling=lenient'] },
                },
              ]
            : []),
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { anyOf: [row, { type: 'array', items: row, minItems: 1, maxItems: maxRows }] },
              ...(example && { example: [example] }),
            },
            'application/x-ndjson': { schema: text },
            'text/csv': { schema: text },
          },
        },
        responses: { 201: acceptedAnswer(route), ...refusals },
      },
    },
    ...describingPaths(route, 'What a row has to be'),
  };
  return documentOf(route, serverUrl, paths, { Row: { ...sentRowSchema(sendable), ...(example && { example }) } });
}

function acceptedAnswer(route: Route): JsonSchema {
  const text = { type: 'string' };
  const count = { type: 'integer' };
  return {
    description: 'The rows are durable, and in every answer from this snapshot on',
    headers: headersOf(
      'Sluice-Commit',
      'Sluice-Snapshot',
      'Idempotency-Replayed',
      'Preference-Applied',
      'RateLimit',
      'RateLimit-Policy',
    ),
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
            commit: count,
            snapshot: text,
            errors: { type: 'array', items: refTo('Fault'), description: 'Of rejected rows' },
          },
        },
        example: {
          accepted: 1,
          rejected: 0,
          dataset: route.datasetId,
          version: route.version,
          ...(route.firstCommit !== null && { commit: route.firstCommit + route.snapshot.seq + 1 }),
          snapshot: `${route.snapshot.versionId}.${route.snapshot.seq + 1}`,
        },
      },
    },
  };
}
