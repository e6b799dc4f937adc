import { Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { listRoutes, Route } from '@sluice/contracts/registry/routes';
import { MAX_MESSAGE_BYTES } from '@sluice/messaging/frame';
import { ApisStore } from '../stores/apis.store';
import { ApiChanges } from './api-changes';
import { routeOf } from './api-view';

/** A page is cut here, well below the size of one message: a few APIs over very wide datasets fill it. */
const PAGE_BYTES = MAX_MESSAGE_BYTES / 2;

/** The route table for gateways. */
@Injectable()
export class RoutesService {
  constructor(
    private readonly store: ApisStore,
    private readonly changes: ApiChanges,
  ) {}

  /** The change number is read before the page, so that the page has at least every change up to it. */
  async list(request: RequestOf<typeof listRoutes>): Promise<ReplyOf<typeof listRoutes>> {
    const rev = await this.changes.current();
    const routes: Route[] = [];
    let bytes = 0;
    let seen = 0;
    let cursor: string | null = null;
    for await (const doc of this.store.inOrder(request.cursor, request.limit)) {
      const route = routeOf(doc);
      const size = route ? Buffer.byteLength(JSON.stringify(route)) : 0;
      if (seen > 0 && bytes + size > PAGE_BYTES) return { rev, routes, nextCursor: cursor };
      if (route) routes.push(route);
      bytes += size;
      seen++;
      cursor = doc._id;
    }
    return { rev, routes, nextCursor: seen === request.limit ? cursor : null };
  }
}
