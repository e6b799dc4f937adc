import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { TokenId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import {
  getToken,
  IssuedToken,
  IssueToken,
  issueToken,
  listTokens,
  RevokedToken,
  RotatedToken,
  RotateToken,
  revokeToken,
  rotateToken,
  Token,
  UpdateToken,
  updateToken,
} from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { IdPipe } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';
import { IfMatch, withRevision } from '../../http/revision';
import { Replicas } from '../../replicas/replicas';
import { Idempotent } from '../idempotent';

const tokenId = new IdPipe(TokenId, 'token_not_found');

@ApiTags('tokens')
@Controller('manage/v1/tokens')
@Access('viewer')
export class TokensController {
  constructor(
    private readonly services: Services,
    private readonly replicas: Replicas,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The answer is the only place where the secret is ever seen. */
  @Access('editor')
  @Idempotent({ holdsSecret: true })
  @Post()
  @ApiCreatedResponse({ standardSchema: IssuedToken })
  issue(
    @Body({ schema: IssueToken }) body: z.output<typeof IssueToken>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReplyOf<typeof issueToken>> {
    reply.header('cache-control', 'no-store');
    return this.services.request(issueToken, body);
  }

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(Token) })
  list(@Query({ schema: ListQuery }) query: ListQuery): Promise<ReplyOf<typeof listTokens>> {
    return this.services.request(listTokens, pageRequest(query));
  }

  @Get(':tokenId')
  @ApiOkResponse({ standardSchema: Token })
  async get(@Param('tokenId', tokenId) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Token> {
    return withRevision(reply, await this.services.request(getToken, { tokenId: id }));
  }

  @Access('editor')
  @Patch(':tokenId')
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ standardSchema: Token })
  async update(
    @Param('tokenId', tokenId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateToken }) body: z.output<typeof UpdateToken>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Token> {
    return withRevision(reply, await this.services.request(updateToken, { ...body, tokenId: id, revision }));
  }

  /** The answer is the only place where the new secret is ever seen. */
  @Access('editor')
  @Post(':tokenId/rotate')
  @ApiCreatedResponse({ standardSchema: RotatedToken })
  async rotate(
    @Param('tokenId', tokenId) id: string,
    @Body({ schema: RotateToken }) body: z.output<typeof RotateToken>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof RotatedToken>> {
    reply.header('cache-control', 'no-store');
    const startedMs = this.clock.monotonicMs();
    const { token, secret, rev } = await this.services.request(rotateToken, { ...body, tokenId: id });
    return { token, secret, receipt: await this.replicas.receipt(rev, startedMs) };
  }

  /** Answers once every live gateway refuses the token, or says which had not confirmed it within 2 s. */
  @Access('editor')
  @Post(':tokenId/revoke')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: RevokedToken })
  async revoke(@Param('tokenId', tokenId) id: string): Promise<z.output<typeof RevokedToken>> {
    const startedMs = this.clock.monotonicMs();
    const { token, rev } = await this.services.request(revokeToken, { tokenId: id });
    return { token, receipt: await this.replicas.receipt(rev, startedMs) };
  }
}
