import { type ErrorCode, transportErrors } from '@sluice/contracts/errors';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { aboutApi, isDeprecated, withAnnouncedFields } from './announced-answers';
import { headerComponents, headersOf, problemResponses } from './answer-headers';
import { ifNoneMatch, unchanged } from './conditional';
import { problemSchemas } from './contract-schemas';

/** What any request may be refused for before its resource is asked, in the order of the steps in docs/architecture.md. */
const onTheWay: readonly ErrorCode[] = [
  'malformed_request',
  'ambiguous_credentials',
  'token_required',
  'token_not_assigned',
  'address_not_allowed',
  'api_not_found',
  'method_not_allowed',
  'request_timeout',
  'too_many_failures',
  'rate_limited',
  'quota_exceeded',
  'headers_too_large',
];

/** Makes the refusals of a resource: those on the way to it, its own, and those of every call to a service. */
export function refusalsOf(...own: readonly ErrorCode[]): JsonSchema {
  return problemResponses([...onTheWay, ...own, ...transportErrors]);
}

/** The parts of an operation that all operations of an API have. */
export function operationOf(route: Route, operationId: string, summary: string, description: string): JsonSchema {
  return {
    ...{ operationId, summary, description, tags: [route.slug], security: [{ accessToken: [] }] },
    ...(isDeprecated(route) && { deprecated: true }),
  };
}

/** Makes a document of its paths and schemas. */
export function documentOf(
  route: Route,
  serverUrl: string,
  paths: Record<string, JsonSchema>,
  schemas: Record<string, JsonSchema>,
): JsonSchema {
  const about = aboutApi(route);
  const announced = withAnnouncedFields(paths, route);
  return {
    openapi: '3.1.0',
    info: {
      title: route.name,
      description: route.description || `Rows of dataset version ${route.version}.`,
      version: String(route.version),
      ...about.info,
    },
    servers: [{ url: serverUrl }],
    tags: [{ name: route.slug, description: `The API ${route.name}` }],
    ...about.document,
    paths: announced,
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', description: 'An access token that is assigned to this API' },
      },
      headers: headerComponents(announced),
      schemas: { ...schemas, ...problemSchemas },
    },
  };
}

/** Describes the resources that describe an API. Those of a listed one can be read without a token, but for its schema. */
export function describingPaths(route: Route, told: string): Record<string, JsonSchema> {
  const open = route.listed && { security: [{ accessToken: [] }, {}] };
  const refusals = refusalsOf('not_found');
  const answer = (description: string) => {
    const schema = { type: 'object', additionalProperties: true };
    const headers = headersOf('ETag', 'RateLimit', 'RateLimit-Policy');
    return { 200: { description, headers, content: { 'application/json': { schema } } }, 304: unchanged, ...refusals };
  };
  return {
    [`/api/${route.path}/_schema`]: {
      get: {
        ...operationOf(route, 'readSchema', told, `${told}, for programs that make requests out of them.`),
        parameters: [ifNoneMatch],
        responses: answer('What a request may say'),
      },
    },
    [`/api/${route.path}/_openapi.json`]: {
      get: {
        ...operationOf(route, 'readDocument', 'This document', 'The OpenAPI document of the API, as it is now.'),
        ...open,
        parameters: [ifNoneMatch],
        responses: answer('An OpenAPI 3.1 document'),
      },
    },
    ...(route.method === 'GET' && {
      [`/api/${route.path}/_datapackage.json`]: {
        get: {
          ...operationOf(
            route,
            'readDataPackage',
            'The API as a Data Package',
            'For tools of the Data Package standard, version 2.',
          ),
          ...open,
          parameters: [ifNoneMatch],
          responses: answer('A Data Package descriptor'),
        },
      },
      [`/api/${route.path}/_croissant.json`]: {
        get: {
          ...operationOf(
            route,
            'readCroissant',
            'The API as a Croissant dataset',
            'For tools of machine learning, Croissant 1.0.',
          ),
          ...open,
          parameters: [ifNoneMatch],
          responses: answer('A Croissant description, in JSON-LD'),
        },
      },
    }),
  };
}
