import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../http/problem';
import { sendProblem } from '../http/send-problem';

import { answerPreflight } from './known-origins';
import type { McpRequests } from './mcp-requests';

const MCP_PATH = '/mcp';
const allow = 'POST';
const detail = 'a server without sessions takes POST only: it keeps no stream open, and has no session to end';

/**
 * Serves agents beside the framework's router, as the endpoints of APIs are: streamable HTTP without sessions, as the Model Context Protocol
 * has it (revisions 2026-07-28 and 2025-11-25, "Transports").
 */
export function serveMcp(server: FastifyInstance, requests: McpRequests): void {
  server.all(
    MCP_PATH,
    {
      config: { streamsBody: true },
      errorHandler: (error, request, reply) => sendProblem(error, request, reply),
    },
    (request, reply) => {
      if (request.method === 'OPTIONS' && answerPreflight(request, reply)) return;
      if (request.method !== allow) throw new HttpProblem('method_not_allowed', { detail, headers: { allow } });
      return requests.answer(request, reply);
    },
  );
}
