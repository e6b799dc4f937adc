import { PinoLogger } from 'nestjs-pino';
import type { EndedRequest } from './ended-requests';

declare module 'fastify' {
  interface FastifyRequest {
    /** The API and the caller, for the log line: ids only. */
    apiId?: string;
    callerId?: string;
  }
}

/**
 * Writes one line for a request from an allow-list: never a header, a query, a body or a secret. It is written past the framework's
 * logger, whose ways around it cost as much as the line.
 */
export function logRequest({ request, reply, status, bytes }: EndedRequest): void {
  PinoLogger.root.info({
    context: 'Request',
    requestId: request.id,
    traceId: request.span?.traceId,
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    bytes,
    apiId: request.apiId,
    callerId: request.callerId,
  });
}
