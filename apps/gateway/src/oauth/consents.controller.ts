import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiId, TokenId } from '@sluice/contracts/ids';
import { MAX_AGENT_APIS } from '@sluice/contracts/tokens/agents';
import {
  answerConsent,
  type ChosenToken,
  type Consent,
  getConsent,
  offerToken,
} from '@sluice/contracts/tokens/consents';
import { Services } from '@sluice/messaging/services';
import { hashSecret, isSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../auth/access';
import { expectRole } from '../auth/admin.guard';
import { AdminIdentity } from '../auth/admin-identity';
import { expectConsole, expectSameOrigin } from '../auth/same-origin';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { oauthIssuer } from '../config/oauth-issuer';
import { HttpProblem } from '../http/problem';
import { networkOf } from '../limits/client-address';
import { AgentDatasets, useOf } from '../mcp/agent-datasets';
import { oauthCookies } from './oauth-cookies';

const Offer = z.union([z.strictObject({ secret: z.string().max(200) }), z.strictObject({ tokenId: TokenId })]);
type Offer = z.output<typeof Offer>;
const Answer = z.strictObject({
  allow: z.strictObject({ token: Offer, apiIds: z.array(ApiId).min(1).max(MAX_AGENT_APIS) }).nullable(),
});

/** What the page at which somebody answers an application needs. Browsers come to it without a session, and other sites have no say. */
@ApiExcludeController()
@Controller('oauth/consent/:uid')
@Access('public')
export class ConsentsController {
  constructor(
    private readonly services: Services,
    private readonly identity: AdminIdentity,
    private readonly datasets: AgentDatasets,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Leads a browser to the page. */
  @Get()
  open(@Param('uid') uid: string, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.redirect(`/console/connect/${encodeURIComponent(uid)}`, 303);
  }

  @Get('question')
  async get(
    @Param('uid') uid: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Consent> {
    expectSameOrigin(request);
    reply.header('cache-control', 'no-store');
    return await this.services.request(getConsent, this.asked(uid, request));
  }

  /** Tells which APIs a token has to choose from. */
  @Post('token')
  @HttpCode(200)
  async offer(
    @Param('uid') uid: string,
    @Body({ schema: Offer }) body: Offer,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    expectConsole(request);
    reply.header('cache-control', 'no-store');
    const token = await this.choose(body, request, reply);
    const { tokenId, name } = await this.services.request(offerToken, { ...this.asked(uid, request), token });
    return { token: { id: tokenId, name }, apis: this.apisOf(tokenId) };
  }

  @Post('answer')
  @HttpCode(200)
  async answer(
    @Param('uid') uid: string,
    @Body({ schema: Answer }) { allow }: z.output<typeof Answer>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ location: string }> {
    expectConsole(request);
    reply.header('cache-control', 'no-store');
    const asked = this.asked(uid, request);
    if (!allow) return await this.services.request(answerConsent, { ...asked, allow });
    const token = await this.choose(allow.token, request, reply);
    const { tokenId } = await this.services.request(offerToken, { ...asked, token });
    this.expectApisOf(tokenId, allow.apiIds);
    return await this.services.request(answerConsent, { ...asked, allow: { token, apiIds: allow.apiIds } });
  }

  /** A token is lent by editors, as for a link; whoever has its secret needs to be nobody. */
  private async choose(offer: Offer, request: FastifyRequest, reply: FastifyReply): Promise<ChosenToken> {
    if ('secret' in offer) {
      // Text without a valid checksum has the hash of no token, too: it is counted like any other attempt.
      const text = isSecret(offer.secret, 'slc') ? offer.secret : '';
      return { secretHash: hashSecret(text), address: networkOf(request.ip) };
    }
    await this.identity.authenticate(request, reply);
    if (request.admin) expectRole(request.admin, 'editor');
    return offer;
  }

  private apisOf(tokenId: string) {
    const usable = this.datasets.usableBy({ id: tokenId }).slice(0, MAX_AGENT_APIS);
    return usable.map((route) => ({ id: route.apiId, name: route.name, use: useOf(route) }));
  }

  private expectApisOf(tokenId: string, apiIds: readonly string[]): void {
    const known = new Set(this.apisOf(tokenId).map(({ id }) => id));
    if (apiIds.every((id) => known.has(id))) return;
    const detail = 'only APIs that agents use and that are assigned to the token can be chosen';
    const fault = { in: 'body', pointer: '/allow/apiIds', code: 'not_assigned', detail } as const;
    throw new HttpProblem('invalid_request', { detail, faults: [fault] });
  }

  private asked(uid: string, { headers }: FastifyRequest) {
    const issuer = oauthIssuer(this.config);
    if (issuer === null) throw new HttpProblem('not_found', { detail: 'OAuth is switched off here' });
    return { issuer, uid: uid.slice(0, 100), cookies: oauthCookies(headers.cookie) };
  }
}
