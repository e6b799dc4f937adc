import type { SeenRequest } from '@sluice/contracts/registry/usage';
import type { EndedRequest } from '../http/ended-requests';
import type { LiveRequests } from './live-requests';
import type { RequestLogFeed } from './request-log-feed';
import type { UsageFeed } from './usage-feed';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once a data request found its API. */
    datasetId?: string;
    /** Rows that it got or sent. */
    rows?: number;
    /** The kind of program that asked, where it is known by the address. */
    client?: 'mcp';
  }
}

/** Counts a data request, logs it for a day, and shows it to admins who watch. */
export function accountRequests(usage: UsageFeed, log: RequestLogFeed, live: LiveRequests) {
  return ({ request, reply, status: sent, bytes }: EndedRequest): void => {
    const { id: requestId, apiId, datasetId, problem, method, client } = request;
    if (apiId === undefined || datasetId === undefined) return;
    const tokenId = request.verdict?.id ?? null;
    const rows = request.rows ?? 0;
    const status = sent < 400 ? (problem?.status ?? sent) : sent;
    const { elapsedTime: durationMs } = reply;
    const queryMs = Math.ceil(request.queryTime?.totalMs ?? 0);
    usage.count({ apiId, datasetId, tokenId, status, rows, bytes, queryMs, durationMs });
    const seen = (): SeenRequest => ({
      ...{ at: new Date().toISOString(), requestId, apiId, tokenId, method, status, rows, bytes, durationMs },
      ...(client && { client }),
      ...(problem && { code: problem.code }),
    });
    log.add({ apiId, status }, () => ({ ...seen(), datasetId }));
    if (live.isWanted()) live.tell(seen());
  };
}
