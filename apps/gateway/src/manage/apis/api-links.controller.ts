import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { Link, MakeApiLink } from '@sluice/contracts/gateway/links';
import { ApiId } from '@sluice/contracts/ids';
import { getApi } from '@sluice/contracts/registry/apis';
import { lendToken, listLinks } from '@sluice/contracts/tokens/links';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { searchQuery, searchRequestOf } from '../../http/list-query';
import { HttpProblem } from '../../http/problem';
import { notValid } from '../../http/validation.pipe';
import { LinkMaker } from '../../links/link-maker';
import { Routes } from '../../routing/route-feed';
import { Snapshots } from '../../routing/snapshots';
import { routeOfApi } from './route-of-api';

const ListQuery = searchQuery([]);

/** Makes links as `POST {path}/_links` does, in the name of an assigned token whose secret nobody needs for it. */
@ApiTags('apis')
@Controller('manage/v1/apis/:apiId/links')
@Access('viewer')
export class ApiLinksController {
  constructor(
    private readonly services: Services,
    private readonly routes: Routes,
    private readonly snapshots: Snapshots,
    private readonly links: LinkMaker,
  ) {}

  @Describes(
    'List links to rows of an API',
    'Those that are good if the API is on, of all tokens that are assigned to it, newest first. Their addresses are stored nowhere.',
    listLinks,
    getApi,
  )
  @Get()
  @ApiOkResponse({ standardSchema: listLinks.reply })
  async list(
    @Param('apiId', new IdPipe(ApiId, 'api_not_found')) apiId: string,
    @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>,
  ): Promise<ReplyOf<typeof listLinks>> {
    const { tokenIds } = await this.services.request(getApi, { apiId });
    return await this.services.request(listLinks, { ...searchRequestOf(query), tokenIds, apiId });
  }

  @Describes(
    'Make a link to rows',
    'An address of rows that needs no token in its header. It is good as long as the assigned token in whose name it is made.',
    lendToken,
    'api_not_found',
    'dataset_empty',
    'no_assigned_token',
    'invalid_query',
  )
  @Access('editor')
  @Post()
  @ApiCreatedResponse({ standardSchema: Link })
  async make(
    @Param('apiId', new IdPipe(ApiId, 'api_not_found')) apiId: string,
    @Body({ schema: MakeApiLink }) { tokenId: asked, ...link }: MakeApiLink,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Link> {
    const route = await routeOfApi(this.routes, this.services, apiId);
    if (!route.active) throw refusal('the API is switched off');
    if (route.method !== 'GET') throw refusal('this API only takes rows');
    if (!route.settings.export) throw refusal('this API is read by pages');
    const tokenId = asked ?? route.tokenIds[0];
    if (!tokenId) throw new HttpProblem('no_assigned_token', { detail: 'assign a token to the API first' });
    if (!route.tokenIds.includes(tokenId)) throw notValid('invalid_request', [NOT_ASSIGNED]);
    const planned = await this.links.plan(await this.snapshots.current(route), link);
    const recorded = await this.services.request(lendToken, { tokenId, link: planned.terms });
    reply.header('cache-control', 'no-store');
    return await this.links.make(planned, recorded, request);
  }
}

const NOT_ASSIGNED = {
  in: 'body',
  pointer: '/tokenId',
  code: 'token_not_assigned',
  detail: 'This token is not assigned to the API',
} as const;

const refusal = (detail: string) => new HttpProblem('invalid_request', { detail });
