import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';

declare module 'fastify' {
  interface FastifyRequest {
    /** The API and the caller, for the log line: ids only. */
    apiId?: string;
    callerId?: string;
  }
}

/**
 * One line per request from an allow-list: never a header, a query, a body or a secret. Written past the framework's
 * logger, whose ways around it cost as much as the line.
 */
export function logRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    PinoLogger.root.info({
      context: 'Request',
      requestId: request.id,
      traceId: request.span?.traceId,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      bytes: Number(reply.getHeader('content-length') ?? 0),
      apiId: request.apiId,
      callerId: request.callerId,
    });
    done();
  });
}
