import { Inject, Injectable } from '@nestjs/common';
import { MCP_SCOPE } from '@sluice/contracts/tokens/oauth';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessTokenGuard } from '../auth/bearer.guard';
import { actAsToken } from '../auth/caller';
import { Judgement } from '../auth/judgement';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { oauthIssuer } from '../config/oauth-issuer';
import { HttpProblem } from '../http/problem';
import { refuseForeignAddress } from '../limits/allowed-address';
import { Verdicts } from '../verdicts/verdicts';

const ISSUED = /^bearer +(slo_\w{1,64})$/i;
const INVALID = 'Bearer realm="sluice", error="invalid_token"';

/** Finds out in the name of which token an agent asks: by the token itself, or by one that OAuth issued under it, which is good here alone. */
@Injectable()
export class AgentIdentity {
  private readonly issuer: string | null;

  constructor(
    private readonly tokens: AccessTokenGuard,
    private readonly verdicts: Verdicts,
    private readonly judgement: Judgement,
    @Inject(GATEWAY_CONFIG) config: GatewayConfig,
  ) {
    this.issuer = oauthIssuer(config);
  }

  /** Gives the verdict. A refusal tells where tokens are issued. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Verdict> {
    try {
      const [, issued] = ISSUED.exec(request.headers.authorization ?? '') ?? [];
      if (issued === undefined || this.issuer === null) return await this.tokens.authenticate(request, reply);
      return await this.verifyIssued(issued, request);
    } catch (error) {
      throw this.issuer !== null && error instanceof HttpProblem && error.code === 'token_required'
        ? withChallenge(error, this.issuer)
        : error;
    }
  }

  private async verifyIssued(secret: string, request: FastifyRequest): Promise<Verdict> {
    const verdict = await this.judgement.verify(this.verdicts.agents, 'slo', secret, request.ip);
    if (!verdict) {
      const detail = 'the access token has expired or was ended: refresh it, or connect again';
      throw new HttpProblem('token_required', { detail, headers: { 'www-authenticate': INVALID } });
    }
    actAsToken(request, verdict);
    refuseForeignAddress(verdict, request.ip);
    return verdict;
  }
}

/** Tells a client where it learns by whom tokens are issued (RFC 9728 section 5.1). */
function withChallenge({ code, detail, headers, faults }: HttpProblem, issuer: string): HttpProblem {
  const offered = headers['www-authenticate'] ?? 'Bearer realm="sluice"';
  const metadata = `${issuer}/.well-known/oauth-protected-resource/mcp`;
  const challenge = `${offered}, resource_metadata="${metadata}", scope="${MCP_SCOPE}"`;
  return new HttpProblem(code, { detail, faults, headers: { ...headers, 'www-authenticate': challenge } });
}
