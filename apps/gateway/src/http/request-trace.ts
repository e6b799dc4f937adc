import type { Span } from '@sluice/runtime/trace-span';
import { beginSpan } from '@sluice/runtime/tracing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routeClassOf } from './route-class';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request in its trace; undefined while nothing is traced. */
    span?: Span;
  }
}

const SERVER_ERROR = 500;

/**
 * Begins the span of each request, in the trace that its `traceparent` names if it has one, and tells the caller of it in
 * `Server-Timing`. Ends it once the answer is out. Register it where traces are wanted only, before every other hook.
 */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { traceparent } = request.headers;
    const span = beginSpan(request.method, typeof traceparent === 'string' ? traceparent : undefined);
    if (span) begin(span, request, reply);
    done();
  });
}

/** Tells the caller, and ends the span with the answer if it is kept. Requests without a span, which most are, do not get here. */
function begin(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('server-timing', `traceparent;desc="${span.traceparent}"`);
  request.span = span;
  if (span.isKept) reply.raw.once('close', () => end(span, request, reply));
}

function end(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  span.rename(`${request.method} ${routeClassOf(request)}`);
  span.tell({
    'sluice.request_id': request.id,
    'sluice.api_id': request.apiId,
    'sluice.caller_id': request.callerId,
    'sluice.rows': request.rows,
    'http.request.method': request.method,
    'http.response.status_code': reply.statusCode,
  });
  span.end(reply.statusCode >= SERVER_ERROR);
}
