import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { ReplyOf } from '@sluice/contracts/contract';
import { LinkId, TokenId } from '@sluice/contracts/ids';
import { endLink, listLinks } from '@sluice/contracts/tokens/links';
import { getToken } from '@sluice/contracts/tokens/tokens';
import { Services } from '@sluice/messaging/services';
import type { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { searchQuery, searchRequestOf } from '../../http/list-query';

const ListQuery = searchQuery([]);
const tokenId = new IdPipe(TokenId, 'token_not_found');

/** Links in the name of a token: who made what until when, and their ends. */
@ApiTags('tokens')
@Controller('manage/v1/tokens/:tokenId/links')
@Access('viewer')
export class TokenLinksController {
  constructor(private readonly services: Services) {}

  @Describes(
    'List links of a token',
    'Links that are good as long as the token is, newest first: what they give, who made them, when they end. Their addresses are stored nowhere.',
    listLinks,
    getToken,
  )
  @Get()
  @ApiOkResponse({ standardSchema: listLinks.reply })
  async list(
    @Param('tokenId', tokenId) id: string,
    @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>,
  ): Promise<ReplyOf<typeof listLinks>> {
    await this.services.request(getToken, { tokenId: id });
    return await this.services.request(listLinks, { ...searchRequestOf(query), tokenIds: [id] });
  }

  @Describes('End a link', 'Every gateway refuses it within a second; other links of the token go on.', endLink)
  @Access('editor')
  @Delete(':linkId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async end(
    @Param('tokenId', tokenId) id: string,
    @Param('linkId', new IdPipe(LinkId, 'link_not_found')) linkId: string,
  ): Promise<void> {
    await this.services.request(endLink, { tokenId: id, linkId });
  }
}
