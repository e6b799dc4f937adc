import type { FastifyInstance } from 'fastify';
import { ODATA_PREFIX } from './odata-address';
import { sendODataProblem } from './odata-problem';
import type { ODataRequests } from './odata-requests';

/** Serves OData beside the framework's router, as the endpoints of APIs are. */
export function serveOData(server: FastifyInstance, requests: ODataRequests): void {
  for (const path of [ODATA_PREFIX, `${ODATA_PREFIX}/*`]) {
    server.all(
      path,
      {
        config: { streamsBody: true },
        errorHandler: (error, request, reply) => sendODataProblem(error, request, reply),
      },
      (request, reply) => requests.answer(request, reply),
    );
  }
}
