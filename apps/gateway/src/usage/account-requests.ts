import type { EndedRequest } from '../http/ended-requests';
import type { LiveRequests } from './live-requests';
import type { UsageFeed } from './usage-feed';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once a data request found its API. */
    datasetId?: string;
    /** Rows that it got or sent. */
    rows?: number;
    /** The status that the answer tells within, where HTTP has another: a tool that refuses is an answer of 200. */
    toldStatus?: number;
    /** The kind of program that asked, where it is known by the address. */
    client?: 'mcp';
  }
}

/** Counts a data request, and shows it to admins who watch. */
export function accountRequests(usage: UsageFeed, live: LiveRequests): (ended: EndedRequest) => void {
  return ({ request, reply, status: sent, bytes }) => {
    const { apiId, datasetId } = request;
    if (apiId === undefined || datasetId === undefined) return;
    const tokenId = request.verdict?.id ?? null;
    const rows = request.rows ?? 0;
    const status = sent < 400 ? (request.toldStatus ?? sent) : sent;
    const { elapsedTime: durationMs } = reply;
    const queryMs = Math.ceil(request.queryTime?.totalMs ?? 0);
    usage.count({ apiId, datasetId, tokenId, status, rows, bytes, queryMs, durationMs });
    if (!live.isWanted()) return;
    const at = new Date().toISOString();
    const { id: requestId, method, client } = request;
    live.tell({ at, requestId, apiId, tokenId, method, status, rows, bytes, durationMs, ...(client && { client }) });
  };
}
