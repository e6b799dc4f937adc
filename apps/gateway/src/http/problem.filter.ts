import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { ErrorCode } from '@sluice/contracts/errors';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemHeaders, problemOf } from './problem';

/** What the framework's own errors are in the words of the error table; every other status is a failure of ours. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed_request',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_failures',
};

/** Turns whatever was thrown into a problem document. Messages of foreign errors stay in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const failure = error instanceof ServiceError ? error : new ServiceError(this.codeOf(error));
    if (reply.sent) return;
    const problem = problemOf(failure, request.id);
    void reply
      .status(problem.status)
      .headers(problemHeaders(failure))
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }

  private codeOf(error: unknown): ErrorCode {
    const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
    const code = status === undefined ? undefined : codeOfStatus[status];
    if (code) return code;
    this.logger.error(error);
    return 'internal';
  }
}

/** The status that Fastify gives its own errors. */
function statusCodeOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
