import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type ErrorCode, transportErrors } from '@sluice/contracts/errors';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { headerComponents, headersOf, problemResponses } from './answer-headers';
import { problemSchemas } from './contract-schemas';
import { REFUSALS } from './describes';
import { makePortable } from './portable-schemas';

interface Parameter {
  name: string;
  in: string;
  description?: string;
  schema?: JsonSchema;
}
interface Operation {
  description?: string;
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: unknown;
  responses: Record<string, { description: string; headers?: JsonSchema; content?: JsonSchema }>;
  [REFUSALS]?: ErrorCode[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The parameters of paths: what each names, and what it is answered with where there is no such thing. */
const inPaths: Readonly<Record<string, { description: string; missing: ErrorCode; schema?: JsonSchema }>> = {
  datasetId: { description: 'Id of the dataset', missing: 'dataset_not_found' },
  number: {
    description: 'Number of the version: 1, 2, 3 …',
    missing: 'version_not_found',
    schema: { type: 'integer', minimum: 1, maximum: 999_999_999 },
  },
  importId: { description: 'Id of the import', missing: 'import_not_found' },
  apiId: { description: 'Id of the API', missing: 'api_not_found' },
  tokenId: { description: 'Id of the access token', missing: 'token_not_found' },
  adminId: { description: 'Id of the admin', missing: 'admin_not_found' },
  agentId: { description: 'Id of the agent', missing: 'agent_not_found' },
  linkId: { description: 'Id of the link', missing: 'link_not_found' },
  keyId: { description: 'Id of the admin key', missing: 'admin_key_not_found' },
  name: { description: 'Name of the domain', missing: 'domain_not_found' },
};

const everywhere: readonly ErrorCode[] = [
  'malformed_request',
  'ambiguous_credentials',
  'method_not_allowed',
  'request_timeout',
  'too_many_failures',
  'headers_too_large',
  ...transportErrors,
];

/** Completes what the framework wrote of the routes: what they are refused with, and what their parameters are. */
export function finishManagementDocument(document: OpenAPIObject): void {
  for (const path of Object.values(document.paths)) {
    for (const method of methods) if (path[method]) finishOperation(path[method] as unknown as Operation);
  }
  // An installation's contact is nobody that we know.
  delete document.info.contact;
  const components = { ...document.components, schemas: { ...document.components?.schemas, ...problemSchemas } };
  document.components = components as OpenAPIObject['components'];
  Object.assign(components, { headers: headerComponents(document.paths) });
  makePortable(document);
}

function finishOperation(operation: Operation): void {
  const refusals = problemResponses(refusalsOf(operation));
  delete operation[REFUSALS];
  delete operation.responses.default;
  for (const [status, response] of Object.entries(operation.responses)) {
    response.description ||= STATUS_CODES[Number(status)] ?? 'The answer';
    response.headers = { ...response.headers, ...headersOf() };
  }
  Object.assign(operation.responses, refusals);
  for (const parameter of operation.parameters ?? []) {
    const known = parameter.in === 'path' ? inPaths[parameter.name] : undefined;
    parameter.description ??= known?.description;
    if (known?.schema) parameter.schema = known.schema;
  }
  // A rule of a route and one of its controller each declare the ways in: every way is named once; none means everybody.
  const ways = new Map(operation.security?.map((way) => [JSON.stringify(way), way]));
  operation.security = [...ways.values()];
}

/** Works out what a route can be refused for: by what it takes, and by the contracts that it calls. */
function refusalsOf({ security, parameters = [], requestBody, [REFUSALS]: own = [] }: Operation): ErrorCode[] {
  const takes = (place: string, name?: string) =>
    parameters.some((each) => each.in === place && (name === undefined || each.name === name));
  const missing = parameters.flatMap(({ in: place, name }) => (place === 'path' ? (inPaths[name]?.missing ?? []) : []));
  const when = (condition: unknown, ...codes: ErrorCode[]) => (condition ? codes : []);
  return [
    ...everywhere,
    ...when(security?.length, 'admin_key_required', 'role_required', 'cross_site_request'),
    ...missing,
    ...when(takes('query'), 'invalid_query'),
    ...when(requestBody, 'invalid_request', 'payload_too_large', 'unsupported_media_type'),
    ...when(takes('header', 'If-Match'), 'revision_mismatch', 'revision_required'),
    ...when(takes('header', 'Idempotency-Key'), 'idempotency_in_progress', 'idempotency_key_reused', 'answer_not_kept'),
    ...own,
  ];
}
