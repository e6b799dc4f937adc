import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../http/problem';
import { sendProblem } from '../http/send-problem';
import { LINKS_PREFIX, type LinkRequests } from './link-requests';

const METHODS = ['GET', 'HEAD'];
const allow = METHODS.join(', ');
const detail = `a link takes ${allow}`;

/** Serves links beside the framework's router, as the endpoints of APIs are. */
export function serveLinks(server: FastifyInstance, requests: LinkRequests): void {
  server.all(
    `${LINKS_PREFIX}*`,
    {
      config: { streamsBody: true },
      // Answers choose their coding themselves: what is counted is what leaves.
      compress: false,
      errorHandler: (error, request, reply) => sendProblem(error, request, reply),
    },
    (request, reply) => {
      if (!METHODS.includes(request.method))
        throw new HttpProblem('method_not_allowed', { detail, headers: { allow } });
      return requests.answer(request, reply);
    },
  );
}
