import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { sendProblem } from '../http/send-problem';
import type { OAuthRequests } from './oauth-requests';

const RESOURCE_PATHS = ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'];
const READ_PATHS = [
  '/.well-known/oauth-authorization-server',
  '/oauth/jwks',
  '/oauth/authorize',
  '/oauth/authorize/:uid',
];
const POST_PATHS = ['/oauth/token', '/oauth/register', '/oauth/revoke'];

/** Serves what clients ask for by OAuth, beside the framework's router: the answers are in the words of OAuth. */
export function serveOAuth(server: FastifyInstance, requests: OAuthRequests): void {
  const relay: RouteHandlerMethod = (request, reply) => requests.relay(request, reply);
  const serve = (method: string[], paths: readonly string[], handler: RouteHandlerMethod) => {
    for (const url of paths)
      server.route({ method, url, config: { streamsBody: true }, errorHandler: sendProblem, handler });
  };
  serve(['GET'], RESOURCE_PATHS, (_request, reply) => requests.tellResource(reply));
  serve(['GET', 'OPTIONS'], READ_PATHS, relay);
  serve(['POST', 'OPTIONS'], POST_PATHS, relay);
}
