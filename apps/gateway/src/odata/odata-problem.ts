import type { Fault } from '@sluice/contracts/fault';
import { ServiceError } from '@sluice/messaging/service-error';
import { identifierOf } from '@sluice/query/values/entity-set';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, problemHeaders, problemOf } from '../http/problem';
import { sendProblem } from '../http/send-problem';

import { CHALLENGE } from './odata-credentials';

export const VERSION = '4.0';

/** The options that members of our queries were read from. */
const optionOf: Readonly<Record<string, string>> = {
  filter: '$filter',
  q: '$search',
  group: '$apply',
  agg: '$apply',
  select: '$select',
  sort: '$orderby',
  limit: '$top',
  offset: '$skip',
  cursor: '$skiptoken',
  count: '$count',
};

/** Words of our trees of conditions, which OData has others for. */
const GROUPS = ['_and', '_or', '_not'];

/** Answers with what was thrown as OData has errors (OData JSON Format 4.0, section 19). What is no refusal of ours goes the usual way. */
export function sendODataProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('odata-version', VERSION);
  if (!(error instanceof ServiceError)) {
    sendProblem(error, request, reply);
    return;
  }
  if (reply.sent) return;
  const problem = problemOf(error, request.id);
  const { status } = problem;
  request.problem = problem;
  const details = error.faults.map((fault) => ({
    code: fault.code,
    target: targetOf(fault),
    message: messageOf(fault),
  }));
  const [first] = details;
  const faults = details.map(({ target, message }) => `${target}: ${message}`).join('; ');
  const message =
    faults || (status === 401 ? `${error.detail}, or as the password of Basic authentication` : error.detail);
  const told = {
    code: error.code,
    message,
    ...(first && { target: first.target, details }),
    innererror: { requestId: request.id },
  };
  void reply
    .status(status)
    .headers(problemHeaders(error))
    .headers(error instanceof HttpProblem && status === 401 ? { 'www-authenticate': CHALLENGE } : {})
    .type('application/json;odata.metadata=minimal;charset=utf-8')
    .send(JSON.stringify({ error: told }));
}

function messageOf({ detail, hint, allowed = [], max }: Fault): string {
  const words = allowed.filter((word) => !GROUPS.includes(word)).map(identifierOf);
  const parts = [
    detail,
    hint,
    words.length > 0 && `allowed: ${words.join(', ')}`,
    max !== undefined && `at most ${max}`,
  ];
  return parts.filter(Boolean).join('; ');
}

function targetOf({ name, pointer }: Fault): string {
  const [, member = '', ...rest] = pointer?.split('/') ?? [];
  if (Object.hasOwn(optionOf, member)) return optionOf[member] ?? member;
  if (member === 'parameters' && rest.length > 0) return rest.join('/');
  return name ?? member;
}
