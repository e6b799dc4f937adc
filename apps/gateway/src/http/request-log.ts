import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asked and what was asked, for the log line: ids only. */
    apiId?: string;
    callerId?: string;
  }
}

/** One line per request from an allow-list: never a header, a query, a body or a secret. */
export function logRequests(server: FastifyInstance): void {
  const logger = new Logger('Request');
  server.addHook('onResponse', async (request, reply) => {
    logger.log({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      bytes: Number(reply.getHeader('content-length') ?? 0),
      apiId: request.apiId,
      callerId: request.callerId,
    });
  });
}
