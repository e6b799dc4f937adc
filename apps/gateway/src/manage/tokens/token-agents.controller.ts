import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { AgentId, TokenId } from '@sluice/contracts/ids';
import { endAgent, listAgents } from '@sluice/contracts/tokens/agents';
import { getToken } from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { searchQuery, searchRequestOf } from '../../http/list-query';

const ListQuery = searchQuery([]);
const tokenId = new IdPipe(TokenId, 'token_not_found');

/** Agents that read in the name of a token, by OAuth: which ones, and their ends. */
@ApiTags('tokens')
@Controller('manage/v1/tokens/:tokenId/agents')
@Access('viewer')
export class TokenAgentsController {
  constructor(private readonly services: Services) {}

  @Describes(
    'List connected agents of a token',
    'Agents that were let read APIs in the name of the token by OAuth, newest first: what they call themselves, which APIs, who allowed it, until when.',
    listAgents,
    getToken,
  )
  @Get()
  @ApiOkResponse({ standardSchema: listAgents.reply })
  async list(
    @Param('tokenId', tokenId) id: string,
    @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>,
  ): Promise<ReplyOf<typeof listAgents>> {
    await this.services.request(getToken, { tokenId: id });
    return await this.services.request(listAgents, { ...searchRequestOf(query), tokenId: id });
  }

  @Describes('End a connected agent', 'Every gateway refuses it within a second; the token goes on.', endAgent)
  @Access('editor')
  @Delete(':agentId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async end(
    @Param('tokenId', tokenId) id: string,
    @Param('agentId', new IdPipe(AgentId, 'agent_not_found')) agentId: string,
  ): Promise<void> {
    await this.services.request(endAgent, { tokenId: id, agentId });
  }
}
