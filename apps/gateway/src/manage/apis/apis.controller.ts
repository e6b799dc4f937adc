import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { ApiId, DatasetId, TokenId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import {
  Api,
  ApiValidity,
  assignToken,
  CreateApi,
  createApi,
  deleteApi,
  getApi,
  listApis,
  setApiActive,
  UpdateApi,
  unassignToken,
  updateApi,
  ValidateApi,
  validateApi,
} from '@sluice/contracts/registry/apis';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { IdPipe } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';
import { IfMatch, withRevision } from '../../http/revision';
import { Idempotent } from '../idempotent';
import { EveryApiFault } from './every-api-fault';

const ListApisQuery = ListQuery.extend({ datasetId: DatasetId.optional() });
const apiId = new IdPipe(ApiId, 'api_not_found');
const tokenId = new IdPipe(TokenId, 'token_not_found');

@ApiTags('apis')
@Controller('manage/v1/apis')
@Access('viewer')
export class ApisController {
  constructor(private readonly services: Services) {}

  @Access('editor')
  @Idempotent()
  @UseInterceptors(EveryApiFault)
  @Post()
  @ApiCreatedResponse({ standardSchema: Api })
  async create(
    @Body({ schema: CreateApi }) body: z.output<typeof CreateApi>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Api> {
    return withRevision(reply, await this.services.request(createApi, body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(Api) })
  list(@Query({ schema: ListApisQuery }) query: z.output<typeof ListApisQuery>): Promise<ReplyOf<typeof listApis>> {
    return this.services.request(listApis, { ...pageRequest(query), datasetId: query.datasetId });
  }

  /** Checks an API while it is typed into a form: nothing is saved. */
  @Access('editor')
  @Post('validate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: ApiValidity })
  validate(@Body({ schema: ValidateApi }) body: z.output<typeof ValidateApi>): Promise<z.output<typeof ApiValidity>> {
    return this.services.request(validateApi, body);
  }

  @Get(':apiId')
  @ApiOkResponse({ standardSchema: Api })
  async get(@Param('apiId', apiId) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Api> {
    return withRevision(reply, await this.services.request(getApi, { apiId: id }));
  }

  @Access('editor')
  @Patch(':apiId')
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ standardSchema: Api })
  async update(
    @Param('apiId', apiId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateApi }) body: z.output<typeof UpdateApi>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Api> {
    return withRevision(reply, await this.services.request(updateApi, { ...body, apiId: id, revision }));
  }

  @Access('editor')
  @Delete(':apiId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async delete(@Param('apiId', apiId) id: string): Promise<void> {
    await this.services.request(deleteApi, { apiId: id });
  }

  @Access('editor')
  @Post(':apiId/activate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Api })
  activate(@Param('apiId', apiId) id: string): Promise<Api> {
    return this.services.request(setApiActive, { apiId: id, active: true });
  }

  @Access('editor')
  @Post(':apiId/deactivate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Api })
  deactivate(@Param('apiId', apiId) id: string): Promise<Api> {
    return this.services.request(setApiActive, { apiId: id, active: false });
  }

  @Access('editor')
  @Put(':apiId/tokens/:tokenId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async assign(@Param('apiId', apiId) id: string, @Param('tokenId', tokenId) token: string): Promise<void> {
    await this.services.request(assignToken, { apiId: id, tokenId: token });
  }

  @Access('editor')
  @Delete(':apiId/tokens/:tokenId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async unassign(@Param('apiId', apiId) id: string, @Param('tokenId', tokenId) token: string): Promise<void> {
    await this.services.request(unassignToken, { apiId: id, tokenId: token });
  }
}
