import type { FastifyInstance } from 'fastify';
import { SHARING_PREFIX } from './sharing-address';
import { sendSharingProblem } from './sharing-problem';
import type { SharingRequests } from './sharing-requests';

/** Serves Delta Sharing beside the framework's router, as the endpoints of APIs are. */
export function serveDeltaSharing(server: FastifyInstance, requests: SharingRequests): void {
  server.all(
    `${SHARING_PREFIX}/*`,
    {
      config: { streamsBody: true },
      errorHandler: (error, request, reply) => sendSharingProblem(error, request, reply),
    },
    (request, reply) => requests.answer(request, reply),
  );
}
