import { type ErrorCode, errorTable } from '@sluice/contracts/errors';
import { Problem } from '@sluice/contracts/fault';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { z } from 'zod';

/** Makes the beginning of the document of every API. */
export function documentHead(route: Route, serverUrl: string): JsonSchema {
  return {
    openapi: '3.1.0',
    info: {
      title: route.name,
      description: route.description || `Rows of dataset version ${route.version}.`,
      version: String(route.version),
    },
    servers: [{ url: serverUrl }],
    tags: [{ name: route.slug, description: `The API ${route.name}` }],
  };
}

/** Makes the schemas that a document refers to. */
export function components(row: JsonSchema): JsonSchema {
  return {
    securitySchemes: {
      accessToken: { type: 'http', scheme: 'bearer', description: 'An access token that is assigned to this API' },
    },
    schemas: { Row: row, Problem: z.toJSONSchema(Problem.omit({ errors: true })) },
  };
}

/** Describes `{path}/_schema`. */
export function schemaPath(route: Route, summary: string, problems: JsonSchema): JsonSchema {
  return {
    get: {
      operationId: 'readSchema',
      summary,
      tags: [route.slug],
      security: [{ accessToken: [] }],
      responses: {
        200: {
          description: 'What a request may say',
          content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
        },
        ...problems,
      },
    },
  };
}

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };

/** Describes the envelope around a page of items; `page` and `meta` name the members that only this kind of page has. */
export function envelopeSchema(item: JsonSchema, page: Record<string, JsonSchema>, meta: string[]): JsonSchema {
  const texts = Object.fromEntries(['api', 'dataset', ...meta, 'snapshot'].map((name) => [name, text]));
  return {
    type: 'object',
    required: ['data', 'page', 'links', 'meta'],
    properties: {
      data: { type: 'array', items: item },
      page: {
        type: 'object',
        required: ['limit', 'returned', 'hasMore', 'nextCursor'],
        properties: {
          limit: { type: 'integer' },
          returned: { type: 'integer' },
          hasMore: { type: 'boolean' },
          nextCursor: nullableText,
          ...page,
        },
      },
      links: { type: 'object', required: ['self', 'next'], properties: { self: text, next: nullableText } },
      meta: {
        type: 'object',
        required: [...Object.keys(texts), 'version'],
        properties: { ...texts, version: { type: 'integer' } },
      },
    },
  };
}

/** Makes one response for each status, naming every code that it stands for. */
export function problemResponses(refusals: readonly ErrorCode[]): JsonSchema {
  const statuses = [...new Set(refusals.map((code) => errorTable[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = refusals.filter((code) => errorTable[code].status === status);
      const description = codes.map((code) => `${errorTable[code].title} (\`${code}\`)`).join('; ');
      const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
      return [status, { description, content }];
    }),
  );
}
