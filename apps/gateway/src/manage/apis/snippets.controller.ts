import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Snippet, SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { ApiId } from '@sluice/contracts/ids';
import { getApi } from '@sluice/contracts/registry/apis';
import { Services } from '@sluice/messaging/services';
import { canBeSet, setName } from '@sluice/query/values/entity-set';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { snippet } from '../../snippets/snippets';

const SnippetQuery = z.strictObject({
  language: SnippetLanguage.default('axios').meta({ description: 'The language or tool of the code' }),
  query: z.string().max(8_000).default('').meta({ description: 'The query string of the request, without `?`' }),
  body: z
    .string()
    .max(8_000)
    .refine(isJson, 'not JSON')
    .optional()
    .meta({ description: 'For a POST API the rows, as JSON' }),
});

/** A request to an API in the words of other languages. */
@ApiTags('apis')
@Controller('manage/v1/apis/:apiId/snippets')
@Access('viewer')
export class SnippetsController {
  constructor(private readonly services: Services) {}

  @Describes(
    'Get a request as code',
    'A request to the API in the words of a language or tool; the token is a placeholder.',
    getApi,
  )
  @Get()
  @ApiOkResponse({ standardSchema: Snippet })
  async get(
    @Param('apiId', new IdPipe(ApiId, 'api_not_found')) apiId: string,
    @Query({ schema: SnippetQuery }) { language, query, body }: z.output<typeof SnippetQuery>,
    @Req() request: FastifyRequest,
  ): Promise<Snippet> {
    const api = await this.services.request(getApi, { apiId });
    const { endpoint, domain, path, method, formats } = api;
    const url = endpoint ?? `${request.protocol}://${domain ?? request.host}/api/${path}`;
    const odataUrl = canBeSet(method, formats) ? `${new URL(url).origin}/odata/${setName(api.slug)}` : null;
    return { language, code: snippet(language, { api, url, odataUrl, query, body }) };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
