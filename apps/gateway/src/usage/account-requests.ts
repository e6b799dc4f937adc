import type { EndedRequest } from '../http/ended-requests';
import type { LiveRequests } from './live-requests';
import type { UsageFeed } from './usage-feed';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once a data request found its API. */
    datasetId?: string;
    /** Rows that it got or sent. */
    rows?: number;
  }
}

/** Counts a data request, and shows it to admins who watch. */
export function accountRequests(usage: UsageFeed, live: LiveRequests): (ended: EndedRequest) => void {
  return ({ request, reply, status, bytes }) => {
    const { apiId, datasetId } = request;
    if (apiId === undefined || datasetId === undefined) return;
    const tokenId = request.verdict?.id ?? null;
    const rows = request.rows ?? 0;
    const { elapsedTime: durationMs } = reply;
    const queryMs = Math.ceil(request.queryTime?.totalMs ?? 0);
    usage.count({ apiId, datasetId, tokenId, status, rows, bytes, queryMs, durationMs });
    if (!live.isWanted()) return;
    const at = new Date().toISOString();
    live.tell({ at, requestId: request.id, apiId, tokenId, method: request.method, status, rows, bytes, durationMs });
  };
}
