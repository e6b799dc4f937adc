import { Controller, Get, type MessageEvent, Query, Req, Res, Sse } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiId, TokenId } from '@sluice/contracts/ids';
import { readUsage, Usage, UsageFilter } from '@sluice/contracts/registry/usage';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { filter, map, type Observable } from 'rxjs';
import { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { EventStreams, streamLimits } from '../../streams/event-streams';
import { LiveRequests } from '../../usage/live-requests';

const LiveFilter = z.object({
  apiId: ApiId.optional().meta({ description: 'Only requests to this API' }),
  tokenId: TokenId.optional().meta({ description: 'Only requests with this token' }),
});
type LiveFilter = z.output<typeof LiveFilter>;

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
