import { Controller, Get, type MessageEvent, Query, Req, Res, Sse } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiId, RequestId, TokenId } from '@sluice/contracts/ids';
import { pageOf } from '@sluice/contracts/page';
import { LoggedRequest, listRequests, RequestLogFilter } from '@sluice/contracts/registry/request-log';
import { readUsage, Usage, UsageFilter } from '@sluice/contracts/registry/usage';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { filter, map, type Observable } from 'rxjs';
import { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { ListQuery } from '../../http/list-query';
import { EventStreams, streamLimits } from '../../streams/event-streams';
import { LiveRequests } from '../../usage/live-requests';

const LiveFilter = z.object({
  apiId: ApiId.optional().meta({ description: 'Only requests to this API' }),
  tokenId: TokenId.optional().meta({ description: 'Only requests with this token' }),
});
type LiveFilter = z.output<typeof LiveFilter>;

const RequestsQuery = z.strictObject({
  ...RequestLogFilter.shape,
  ...ListQuery.shape,
  _cursor: RequestId.optional().meta({ description: '`page.nextCursor` of the page before' }),
});
const RequestsPage = pageOf(LoggedRequest);

/** Routes of usage: who calls which API how often, how much and how fast. */
@ApiTags('usage')
@Controller('manage/v1/usage')
@Access('viewer')
export class UsageController {
  constructor(
    private readonly services: Services,
    private readonly live: LiveRequests,
    private readonly streams: EventStreams,
  ) {}

  @Describes(
    'Read usage',
    'Requests, rows, bytes, errors and answer times of data requests in a range of time, in all and by API, token or dataset.',
    readUsage,
  )
  @Get()
  @ApiOkResponse({ standardSchema: Usage })
  read(@Query({ schema: UsageFilter }) query: UsageFilter): Promise<Usage> {
    return this.services.request(readUsage, query);
  }

  @Describes(
    'List data requests',
    'The data requests of the last 24 hours, newest first, a few seconds after they were answered. Of a gateway that answers more than 5 a second for long it has a part, in which APIs and failures have an even share.',
    listRequests,
  )
  @Get('requests')
  @ApiOkResponse({ standardSchema: RequestsPage })
  list(
    @Query({ schema: RequestsQuery }) { _limit: limit, _cursor: cursor, ...filter }: z.output<typeof RequestsQuery>,
  ): Promise<z.output<typeof RequestsPage>> {
    return this.services.request(listRequests, { limit, cursor, filter });
  }

  @Describes(
    'Watch data requests',
    'Server-sent events: the data requests of all gateways as they are answered, a sample of them when they are many. An event `alive` comes every 15 s. A session or key may have 4 streams at a time.',
  )
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Sse('live', streamLimits)
  watch(
    @Query({ schema: LiveFilter }) { apiId, tokenId }: LiveFilter,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Observable<MessageEvent> {
    const requests = this.live.watch().pipe(
      filter((seen) => (!apiId || seen.apiId === apiId) && (!tokenId || seen.tokenId === tokenId)),
      map((seen) => ({ type: 'request', data: seen })),
    );
    return this.streams.stream(request, reply, requests);
  }
}
