import { ServiceError } from '@sluice/messaging/service-error';
import { NotJson, parseJson } from '@sluice/query/values/json-value';
import type { Soon } from '@sluice/runtime/at-once';
import type { FastifyRequest } from 'fastify';
import { readAll } from '../http/body-parsers';
import { HttpProblem } from '../http/problem';

const MAX_QUERY_BYTES = 256 * 1024;

/** The body of `POST {path}/_query`, read only once its caller is known, numbers with all their digits. */
export async function queryBody(request: FastifyRequest): Promise<unknown> {
  const { search } = new URL(request.url, 'http://localhost');
  if (search.length > 1) {
    throw new HttpProblem('invalid_query', {
      detail: 'the query is in the body',
      faults: [{ in: 'query', code: 'not_allowed', detail: 'write everything into the body' }],
    });
  }
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  }
  const text = await readAll(request.body as NodeJS.ReadableStream, MAX_QUERY_BYTES);
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof NotJson ? new HttpProblem('malformed_request', { detail: 'the body is not JSON' }) : error;
  }
}

/** What is found wrong only with the rows at hand is told of the body's members, which are called like parameters. */
export async function toldOfBody<Result>(answering: Soon<Result>): Promise<Result> {
  try {
    return await answering;
  } catch (error) {
    if (!(error instanceof ServiceError) || !error.faults.some((fault) => fault.in === 'query')) throw error;
    const faults = error.faults.map(({ name, ...fault }) => {
      return fault.in === 'query' ? { ...fault, in: 'body' as const, pointer: `/${name?.replace(/^_/, '')}` } : fault;
    });
    throw new HttpProblem(error.code, { detail: error.detail, faults });
  }
}
