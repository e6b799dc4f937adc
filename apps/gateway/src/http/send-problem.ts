import { HttpException, Logger } from '@nestjs/common';
import type { ErrorCode } from '@sluice/contracts/errors';
import type { Problem } from '@sluice/contracts/fault';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lingerBeforeClose } from './lingering-close';
import { problemHeaders, problemOf } from './problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** What it was refused with. The status may be told within the answer: a tool that refuses is an answer of 200. */
    problem?: Pick<Problem, 'status' | 'code'>;
  }
}

/** The framework's own errors in the words of the error table; every other status is a failure of ours. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed_request',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_failures',
};

const logger = new Logger('Problem');

/** Answers with whatever was thrown as a problem document (RFC 9457). Messages of foreign errors stay in the log. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = error instanceof ServiceError ? error : new ServiceError(codeOf(error));
  if (reply.sent) return;
  const problem = problemOf(failure, request.id, request.span?.traceId);
  request.problem = problem;
  const headers = problemHeaders(failure);
  if (headers.connection === 'close' && !request.raw.complete) lingerBeforeClose(request.raw);
  void reply
    .status(problem.status)
    .headers(headers)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

function codeOf(error: unknown): ErrorCode {
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  const code = status === undefined ? undefined : codeOfStatus[status];
  if (code) return code;
  logger.error(error);
  return 'internal';
}

/** The status that Fastify gives its own errors. */
function statusCodeOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
