import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemHeaders, problemOf } from '../http/problem';
import { sendProblem } from '../http/send-problem';

/** Answers with what was thrown as the protocol has errors: `{errorCode, message}`. What is no refusal of ours goes the usual way. */
export function sendSharingProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (!(error instanceof ServiceError)) {
    sendProblem(error, request, reply);
    return;
  }
  if (reply.sent) return;
  const problem = problemOf(error, request.id);
  const { status } = problem;
  request.problem = problem;
  void reply
    .status(status)
    .headers(problemHeaders(error))
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ errorCode: error.code, message: messageOf(error), requestId: request.id }));
}

/** Says in one text what a problem document says in several members. */
export function messageOf({ detail, faults }: ServiceError): string {
  const each = faults.map(({ name, detail: text, hint }) => [name, text, hint].filter(Boolean).join(': '));
  return [detail, ...each].join('; ');
}
