import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../http/send-problem';
import type { DataRequests } from './data-requests';

/**
 * The endpoints of all APIs. They are a plain route of the server and not a controller's: the framework's router waits for
 * guards, pipes and handlers in turn, whether there is anything to wait for or not, which costs a hot page several times
 * as much as its answer.
 */
export function serveData(server: FastifyInstance, requests: DataRequests): void {
  // The server refuses QUERY without a type in words of its own, wherever it goes: which type it needs, and where, is told here.
  server.addHook('onRequest', ({ method, headers }, _reply, done) => {
    if (method === 'QUERY') headers['content-type'] ??= 'application/octet-stream';
    done();
  });
  server.all(
    '/api/*',
    {
      config: { streamsBody: true },
      // Answers choose their coding themselves: what is counted is what leaves.
      compress: false,
      errorHandler: (error, request, reply) => sendProblem(error, request, reply),
    },
    (request, reply) => requests.answer(request, reply),
  );
}
