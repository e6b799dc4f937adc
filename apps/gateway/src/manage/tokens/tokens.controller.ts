import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { ApiId, TokenId } from '@sluice/contracts/ids';
import { getApi } from '@sluice/contracts/registry/apis';
import { HandedToken, RehandedToken, type ShareProfile } from '@sluice/contracts/tokens/share-profile';
import {
  getToken,
  IssueToken,
  issueToken,
  listTokens,
  RevokedToken,
  RotateToken,
  revokeToken,
  rotateToken,
  TOKEN_SORTS,
  Token,
  TokenState,
  UpdateToken,
  updateToken,
} from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../config/gateway-config';
import { shareProfileOf } from '../../delta-sharing/share-profile';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { searchQuery, searchRequestOf } from '../../http/list-query';
import { IfMatch, TakesRevision, withRevision } from '../../http/revision';
import { Replicas } from '../../replicas/replicas';
import { Idempotent } from '../idempotent';

const ListTokensQuery = searchQuery(TOKEN_SORTS).extend({
  state: TokenState.optional().meta({ description: 'Only tokens in this state' }),
  apiId: ApiId.optional().meta({ description: 'Only tokens that are assigned to this API' }),
});
const tokenId = new IdPipe(TokenId, 'token_not_found');

@ApiTags('tokens')
@Controller('manage/v1/tokens')
@Access('viewer')
export class TokensController {
  constructor(
    private readonly services: Services,
    private readonly replicas: Replicas,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Describes('Issue an access token', 'The answer is the only place where the secret is ever seen.', issueToken)
  @Access('editor')
  @Idempotent({ holdsSecret: true })
  @Post()
  @ApiCreatedResponse({ standardSchema: HandedToken })
  async issue(
    @Body({ schema: IssueToken }) body: z.output<typeof IssueToken>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof HandedToken>> {
    reply.header('cache-control', 'no-store');
    const { token, secret } = await this.services.request(issueToken, body);
    return { token, secret, shareProfile: this.profileOf(token, secret) };
  }

  @Describes(
    'List access tokens',
    'All tokens without their secrets, or those that match, newest first unless sorted.',
    listTokens,
    getApi,
  )
  @Get()
  @ApiOkResponse({ standardSchema: listTokens.reply })
  async list(
    @Query({ schema: ListTokensQuery }) { apiId, ...query }: z.output<typeof ListTokensQuery>,
  ): Promise<ReplyOf<typeof listTokens>> {
    const ids = apiId === undefined ? undefined : (await this.services.request(getApi, { apiId })).tokenIds;
    return await this.services.request(listTokens, { ...searchRequestOf(query), ids });
  }

  @Describes(
    'Read an access token',
    'One token without its secret, with the revision that a change has to name.',
    getToken,
  )
  @Get(':tokenId')
  @ApiOkResponse({ standardSchema: Token })
  async get(@Param('tokenId', tokenId) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Token> {
    return withRevision(reply, await this.services.request(getToken, { tokenId: id }));
  }

  @Describes('Change an access token', 'Changes the members that are sent; what is absent stays.', updateToken)
  @Access('editor')
  @Patch(':tokenId')
  @TakesRevision()
  @ApiOkResponse({ standardSchema: Token })
  async update(
    @Param('tokenId', tokenId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateToken }) body: z.output<typeof UpdateToken>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Token> {
    return withRevision(reply, await this.services.request(updateToken, { ...body, tokenId: id, revision }));
  }

  @Describes(
    'Give a token a new secret',
    'The answer is the only place where it is ever seen. The old secret ends at once, or after the time that is asked for.',
    rotateToken,
  )
  @Access('editor')
  @Post(':tokenId/rotate')
  @ApiCreatedResponse({ standardSchema: RehandedToken })
  async rotate(
    @Param('tokenId', tokenId) id: string,
    @Body({ schema: RotateToken }) body: z.output<typeof RotateToken>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof RehandedToken>> {
    reply.header('cache-control', 'no-store');
    const startedMs = this.clock.monotonicMs();
    const { token, secret, rev } = await this.services.request(rotateToken, { ...body, tokenId: id });
    const receipt = await this.replicas.receipt(rev, startedMs);
    return { token, secret, shareProfile: this.profileOf(token, secret), receipt };
  }

  @Describes(
    'Revoke an access token',
    'Answers once every live gateway refuses the token, or says which had not confirmed it within 2 s.',
    revokeToken,
  )
  @Access('editor')
  @Post(':tokenId/revoke')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: RevokedToken })
  async revoke(@Param('tokenId', tokenId) id: string): Promise<z.output<typeof RevokedToken>> {
    const startedMs = this.clock.monotonicMs();
    const { token, rev } = await this.services.request(revokeToken, { tokenId: id });
    return { token, receipt: await this.replicas.receipt(rev, startedMs) };
  }

  private profileOf(token: Token, secret: string): ShareProfile {
    return shareProfileOf(token, secret, this.config.SLUICE_PUBLIC_URL);
  }
}
