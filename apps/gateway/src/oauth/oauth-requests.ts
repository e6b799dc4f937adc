import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { MAX_OAUTH_BODY, MCP_SCOPE, resourceOf, serveOAuth } from '@sluice/contracts/tokens/oauth';
import { Services } from '@sluice/messaging/services';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { oauthIssuer } from '../config/oauth-issuer';
import { readBody } from '../http/limited-body';
import { waitForClient } from '../http/places';
import { HttpProblem } from '../http/problem';
import { networkOf } from '../limits/client-address';
import { FailureLimit } from '../limits/failure-limit';
import { oauthCookies } from './oauth-cookies';

const BODY = { maxBytes: MAX_OAUTH_BODY, timeoutMs: 10_000 };
/** What the authorization server gets to see of a request, beside its own cookies. */
const PASSED = ['accept', 'content-type', 'origin', 'access-control-request-method', 'access-control-request-headers'];
/** What the connection says is ours to say. */
const DROPPED = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];
/** Answers that a guess gets (RFC 6749 section 5.2, RFC 7591 section 3.2.2). */
const REFUSALS = [400, 401];

/** Hands requests to the authorization server, which is in the tokens service, and answers with what it says. */
@Injectable()
export class OAuthRequests {
  private readonly issuer: string | null;

  constructor(
    private readonly services: Services,
    private readonly failures: FailureLimit,
    @Inject(GATEWAY_CONFIG) config: GatewayConfig,
  ) {
    this.issuer = oauthIssuer(config);
  }

  async tellResource(reply: FastifyReply): Promise<void> {
    const metadata = resourceMetadata(this.expectOn());
    await reply
      .headers({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' })
      .type('application/json')
      .send(JSON.stringify(metadata));
  }

  async relay(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const issuer = this.expectOn();
    const body = request.method === 'POST' ? await readText(request) : '';
    const ended = request.method === 'POST' ? await this.failures.attempt(request.ip, hashSecret(body)) : () => {};
    const answer = await this.services
      .request(serveOAuth, {
        issuer,
        address: networkOf(request.ip),
        method: methodOf(request),
        path: request.url,
        headers: headersOf(request),
        body,
      })
      .catch((error: unknown) => {
        ended(false);
        throw error;
      });
    ended(REFUSALS.includes(answer.status));
    // Fastify gathers cookies; of every other field there is one.
    for (const [name, value] of answer.headers) if (!DROPPED.includes(name)) reply.header(name, value);
    await reply.status(answer.status).send(answer.body);
  }

  private expectOn(): string {
    if (this.issuer === null) throw new HttpProblem('not_found', { detail: 'OAuth is switched off here' });
    return this.issuer;
  }
}

/** What is told of the resource `/mcp` (RFC 9728 section 2). */
function resourceMetadata(issuer: string) {
  return {
    resource: resourceOf(issuer),
    resource_name: 'Sluice',
    authorization_servers: [issuer],
    scopes_supported: [MCP_SCOPE],
    bearer_methods_supported: ['header'],
  };
}

async function readText(request: FastifyRequest): Promise<string> {
  // One without a type has none.
  if (!request.body) return '';
  return (await waitForClient(request, () => readBody(request.body as Readable, BODY))).toString();
}

function methodOf({ method }: FastifyRequest): 'GET' | 'POST' | 'OPTIONS' {
  return method === 'POST' || method === 'OPTIONS' ? method : 'GET';
}

function headersOf({ headers }: FastifyRequest): Record<string, string> {
  const passed = PASSED.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]));
  const cookie = oauthCookies(headers.cookie);
  return { ...Object.fromEntries(passed), ...(cookie && { cookie }) };
}
