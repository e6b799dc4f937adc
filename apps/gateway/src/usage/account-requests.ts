import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveRequests } from './live-requests';
import type { UsageFeed } from './usage-feed';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once a data request found its API. */
    datasetId?: string;
    /** Rows that it got or sent. */
    rows?: number;
    /** Bytes that its connection had sent before it. */
    bytesBefore?: number;
  }
}

/** Counts each data request once its answer is out, and shows it to admins who watch. */
export function accountRequests(server: FastifyInstance, usage: UsageFeed, live: LiveRequests): void {
  server.addHook('onRequest', (request, _reply, done) => {
    request.bytesBefore = request.raw.socket.bytesWritten;
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    account(request, reply, usage, live);
    done();
  });
}

function account(request: FastifyRequest, reply: FastifyReply, usage: UsageFeed, live: LiveRequests): void {
  const { apiId, datasetId } = request;
  if (apiId === undefined || datasetId === undefined) return;
  const tokenId = request.verdict?.id ?? null;
  const rows = request.rows ?? 0;
  const bytes = bytesOf(request, reply);
  const { statusCode: status, elapsedTime: durationMs } = reply;
  usage.count({ apiId, datasetId, tokenId, status, rows, bytes, durationMs });
  if (!live.isWanted()) return;
  const at = new Date().toISOString();
  live.tell({ at, requestId: request.id, apiId, tokenId, method: request.method, status, rows, bytes, durationMs });
}

/** Measures the body of an answer; a streamed one together with its head. */
function bytesOf(request: FastifyRequest, reply: FastifyReply): number {
  const length = reply.getHeader('content-length');
  if (length !== undefined) return Number(length);
  return Math.max(0, request.raw.socket.bytesWritten - (request.bytesBefore ?? 0));
}
