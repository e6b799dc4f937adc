import type { Readable } from 'node:stream';
import { NotJson } from '@sluice/query/values/json-value';
import type { FastifyRequest } from 'fastify';
import { type BodyLimits, readBody } from './limited-body';
import { waitForClient } from './places';
import { HttpProblem } from './problem';

/** Reads a body of JSON within its limits. Throws `malformed_request` for any other text; which types are taken is the caller's to say. */
export async function readJsonBody<Json>(
  request: FastifyRequest,
  limits: BodyLimits,
  parse: (text: string) => Json,
): Promise<Json> {
  const bytes = await waitForClient(request, () => readBody(request.body as Readable, limits));
  try {
    return parse(bytes.toString());
  } catch (error) {
    const isNoJson = error instanceof NotJson || error instanceof SyntaxError;
    throw isNoJson ? new HttpProblem('malformed_request', { detail: 'the body is not JSON' }) : error;
  }
}
