import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiId } from '@sluice/contracts/ids';
import type { Route } from '@sluice/contracts/registry/routes';
import { writeExactly } from '@sluice/query/describing/exact-json';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../auth/access';
import { IdPipe } from '../http/id.pipe';
import { HttpProblem } from '../http/problem';
import { authorise } from '../routing/locate';
import { Routes } from '../routing/route-feed';
import { ApiDocuments } from './api-documents';
import { Describes } from './describes';

/** The OpenAPI document of each API, for its publisher and for consumers with a token that is assigned to it. */
@ApiTags('apis')
@Controller()
export class ApiDocsController {
  constructor(
    private readonly routes: Routes,
    private readonly documents: ApiDocuments,
  ) {}

  @ApiExcludeEndpoint()
  @Get('docs/apis/:slug/openapi.json')
  @Access('token-or-admin')
  async bySlug(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const route = this.known(this.routes.table()?.findBySlug(slug));
    if (request.verdict) {
      if (!route.active) throw new HttpProblem('api_not_found');
      authorise(route, request.verdict);
    } else {
      // The same document at its place among the management routes (RFC 9110 section 8.7): pages find the API by it.
      reply.header('content-location', `/manage/v1/apis/${route.apiId}/openapi.json`);
    }
    return await this.document(route, request, reply);
  }

  @Describes('Get the document of an API', 'The OpenAPI 3.1 document that its consumers get.')
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } })
  @Get('manage/v1/apis/:apiId/openapi.json')
  @Access('viewer')
  async byId(
    @Param('apiId', new IdPipe(ApiId, 'api_not_found')) apiId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return await this.document(this.known(this.routes.table()?.get(apiId)), request, reply);
  }

  private known(route: Route | undefined): Route {
    if (!route) throw new HttpProblem('api_not_found', { detail: 'no such API, or its dataset has no version yet' });
    return route;
  }

  private async document(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    reply.headers({ 'cache-control': 'private, no-cache', 'content-type': 'application/json; charset=utf-8' });
    return writeExactly(await this.documents.make(route, request));
  }
}
