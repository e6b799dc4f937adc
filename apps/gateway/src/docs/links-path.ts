import { exportRows } from '@sluice/contracts/catalogue/row-formats';
import { Link, MakeLink } from '@sluice/contracts/gateway/links';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { z } from 'zod';
import { headersOf } from './answer-headers';
import { operationOf, refusalsOf } from './document-parts';

const refusals = refusalsOf(
  'invalid_request',
  'invalid_query',
  'not_found',
  'unsupported_media_type',
  'payload_too_large',
  ...exportRows.errors,
);
const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema, ...described } = z.toJSONSchema(schema, { io });
  return described;
};

/** Describes how links to rows of an API are made. */
export function describeLinksPath(route: Route): JsonSchema {
  return {
    post: {
      ...operationOf(
        route,
        'makeLink',
        `Make a link to rows of ${route.name}`,
        'For programs that cannot send a token. The link gives the rows of now, and is good as long as the token that made it, its ' +
          'assignment and the API are, but no longer than it says.',
      ),
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(MakeLink, 'input') } } },
      responses: {
        201: {
          description: 'The link. Whoever has it can read the rows',
          headers: headersOf('RateLimit', 'RateLimit-Policy'),
          content: { 'application/json': { schema: schemaOf(Link, 'output') } },
        },
        ...refusals,
      },
    },
  };
}
