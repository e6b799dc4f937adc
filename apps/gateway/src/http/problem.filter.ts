import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { ServiceError } from '@sluice/messaging/service-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem';
import { SAFE_METHODS } from './safe-methods';
import { sendProblem } from './send-problem';
import { withOutcome } from './write-outcome';

const ADVICE = 'the change may have been made: look before you repeat it';

/** Turns whatever a management route throws into a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    sendProblem(tellOutcome(error, request), request, http.getResponse<FastifyReply>());
  }
}

/** Tells of a change that failed behind the gateway whether it may have been made. */
function tellOutcome(error: unknown, { method }: FastifyRequest): unknown {
  const isOfService = error instanceof ServiceError && !(error instanceof HttpProblem);
  return isOfService && !SAFE_METHODS.includes(method) ? withOutcome(error, ADVICE) : error;
}
