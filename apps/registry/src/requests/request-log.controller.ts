import { Controller, Inject } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { listRequests, REQUEST_KEPT_SECONDS, recordRequests } from '@sluice/contracts/registry/request-log';
import { Handles } from '@sluice/messaging/handles';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { RequestLogStore } from './request-log.store';

/** Keeps the requests that gateways tell, and lists them. */
@Controller()
export class RequestLogController {
  constructor(
    private readonly store: RequestLogStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Handles(recordRequests)
  async record({ requests }: RequestOf<typeof recordRequests>): Promise<ReplyOf<typeof recordRequests>> {
    if (requests.length > 0) await this.store.add(requests);
    return {};
  }

  @Handles(listRequests)
  async list({ limit, cursor, filter }: RequestOf<typeof listRequests>): Promise<ReplyOf<typeof listRequests>> {
    const since = new Date(this.clock.wallMs() - REQUEST_KEPT_SECONDS * 1_000);
    const found = await this.store.list({ ...filter, before: cursor, since }, limit + 1);
    const data = found.slice(0, limit);
    return { data, page: { nextCursor: found.length > limit ? (data.at(-1)?.requestId ?? null) : null } };
  }
}
