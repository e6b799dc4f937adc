import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveRequests } from './live-requests';
import type { UsageFeed } from './usage-feed';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a data request that found its API. */
    datasetId?: string;
    /** How many rows it got or sent. */
    rows?: number;
    /** What its connection had sent before it. */
    bytesBefore?: number;
  }
}

/** Step 7 of a data request: it is counted once its answer is out, and shown to whoever watches. */
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

/** Of the body; of one that was streamed, with its head. */
function bytesOf(request: FastifyRequest, reply: FastifyReply): number {
  const length = reply.getHeader('content-length');
  if (length !== undefined) return Number(length);
  return Math.max(0, request.raw.socket.bytesWritten - (request.bytesBefore ?? 0));
}
