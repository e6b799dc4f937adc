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
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { ApiId, DatasetId, TokenId } from '@sluice/contracts/ids';
import {
  API_SORTS,
  Api,
  ApiFilter,
  ApiValidity,
  assignToken,
  CreateApi,
  countApis,
  createApi,
  deleteApi,
  getApi,
  listApis,
  MAX_COUNTED,
  setApiActive,
  UpdateApi,
  unassignToken,
  updateApi,
  ValidateApi,
  validateApi,
} from '@sluice/contracts/registry/apis';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { listOf, searchQuery, searchRequestOf } from '../../http/list-query';
import { IfMatch, TakesRevision, withRevision } from '../../http/revision';
import { Idempotent } from '../idempotent';
import { EveryApiFault } from './every-api-fault';

const ListApisQuery = searchQuery(API_SORTS).extend({
  ...ApiFilter.shape,
  active: z.stringbool().optional().meta({ description: ApiFilter.shape.active.description }),
});
const CountApisQuery = z.strictObject({
  datasetIds: listOf(DatasetId, MAX_COUNTED).optional().meta({ description: 'Separated by commas' }),
  tokenIds: listOf(TokenId, MAX_COUNTED).optional().meta({ description: 'Separated by commas' }),
});
const ApiCounts = countApis.reply.meta({ id: 'ApiCounts' });
const apiId = new IdPipe(ApiId, 'api_not_found');
const tokenId = new IdPipe(TokenId, 'token_not_found');

@ApiTags('apis')
@Controller('manage/v1/apis')
@Access('viewer')
export class ApisController {
  constructor(private readonly services: Services) {}

  @Describes(
    'Create an API',
    'Every fault of its settings is told at once, at its place. An inactive API answers nobody.',
    createApi,
  )
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

  @Describes('List APIs', 'All APIs, or those that match, newest first unless sorted.', listApis)
  @Get()
  @ApiOkResponse({ standardSchema: listApis.reply })
  list(@Query({ schema: ListApisQuery }) query: z.output<typeof ListApisQuery>): Promise<ReplyOf<typeof listApis>> {
    return this.services.request(listApis, searchRequestOf(query));
  }

  @Describes(
    'Count APIs',
    'How many APIs there are over each dataset, and to how many each token is assigned; without those that have none.',
    countApis,
  )
  @Get('counts')
  @ApiOkResponse({ standardSchema: ApiCounts })
  count(@Query({ schema: CountApisQuery }) query: z.output<typeof CountApisQuery>): Promise<ReplyOf<typeof countApis>> {
    return this.services.request(countApis, { datasetIds: query.datasetIds ?? [], tokenIds: query.tokenIds ?? [] });
  }

  @Describes('Check an API', 'Checks an API while it is typed into a form: nothing is saved.', validateApi)
  @Access('editor')
  @Post('validate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: ApiValidity })
  validate(@Body({ schema: ValidateApi }) body: z.output<typeof ValidateApi>): Promise<z.output<typeof ApiValidity>> {
    return this.services.request(validateApi, body);
  }

  @Describes('Read an API', 'One API, with the revision that a change has to name.', getApi)
  @Get(':apiId')
  @ApiOkResponse({ standardSchema: Api })
  async get(@Param('apiId', apiId) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Api> {
    return withRevision(reply, await this.services.request(getApi, { apiId: id }));
  }

  @Describes(
    'Change an API',
    'Changes the members that are sent; what is absent stays, and `null` goes back to the default.',
    updateApi,
  )
  @Access('editor')
  @Patch(':apiId')
  @TakesRevision()
  @ApiOkResponse({ standardSchema: Api })
  async update(
    @Param('apiId', apiId) id: string,
    @IfMatch() revision: number,
    @Body({ schema: UpdateApi }) body: z.output<typeof UpdateApi>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Api> {
    return withRevision(reply, await this.services.request(updateApi, { ...body, apiId: id, revision }));
  }

  @Describes('Delete an API', 'Its endpoint answers 404 on every gateway within a second.', deleteApi)
  @Access('editor')
  @Delete(':apiId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async delete(@Param('apiId', apiId) id: string): Promise<void> {
    await this.services.request(deleteApi, { apiId: id });
  }

  @Describes('Switch an API on', 'Its endpoint answers the tokens that are assigned to it.', setApiActive)
  @Access('editor')
  @Post(':apiId/activate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Api })
  activate(@Param('apiId', apiId) id: string): Promise<Api> {
    return this.services.request(setApiActive, { apiId: id, active: true });
  }

  @Describes('Switch an API off', 'Its endpoint answers 404 on every gateway within a second.', setApiActive)
  @Access('editor')
  @Post(':apiId/deactivate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Api })
  deactivate(@Param('apiId', apiId) id: string): Promise<Api> {
    return this.services.request(setApiActive, { apiId: id, active: false });
  }

  @Describes('Assign a token', 'From then on the token opens the API. Assigning it again changes nothing.', assignToken)
  @Access('editor')
  @Put(':apiId/tokens/:tokenId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async assign(@Param('apiId', apiId) id: string, @Param('tokenId', tokenId) token: string): Promise<void> {
    await this.services.request(assignToken, { apiId: id, tokenId: token });
  }

  @Describes('Take an assignment back', 'From then on the token gets 403 at the API.', unassignToken)
  @Access('editor')
  @Delete(':apiId/tokens/:tokenId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async unassign(@Param('apiId', apiId) id: string, @Param('tokenId', tokenId) token: string): Promise<void> {
    await this.services.request(unassignToken, { apiId: id, tokenId: token });
  }
}
