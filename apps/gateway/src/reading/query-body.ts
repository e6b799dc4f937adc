import { ServiceError } from '@sluice/messaging/service-error';
import { parseJson } from '@sluice/query/values/json-value';
import type { Soon } from '@sluice/runtime/at-once';
import type { FastifyRequest } from 'fastify';
import { readJsonBody } from '../http/json-body';
import { HttpProblem, invalidQuery } from '../http/problem';
import { searchOf } from '../http/search';

const MAX_QUERY_BYTES = 256 * 1024;
const BODY_TIMEOUT_MS = 30_000;

/** Reads the body of `QUERY {path}` or `POST {path}/_query`, only once its caller is known; numbers keep all their digits. */
export async function readQueryBody(request: FastifyRequest): Promise<unknown> {
  if (searchOf(request) !== '') {
    const fault = { in: 'query' as const, code: 'not_allowed', detail: 'write everything into the body' };
    throw invalidQuery([fault], 'the query is in the body');
  }
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem('unsupported_media_type', { detail: 'send application/json' });
  }
  const limits = { maxBytes: MAX_QUERY_BYTES, timeoutMs: BODY_TIMEOUT_MS };
  return await readJsonBody(request, limits, parseJson);
}

/** Tells faults that are found only with the rows at hand of the body's members, which are called like parameters. */
export async function inBody<Result>(answering: Soon<Result>): Promise<Result> {
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
