import { Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { listRoutes } from '@sluice/contracts/registry/routes';
import { MAX_MESSAGE_BYTES } from '@sluice/messaging/frame';
import type { ApiDoc } from '../stores/api-doc';
import { ApisStore } from '../stores/apis.store';
import { RemovedApiStore } from '../stores/removed-api.store';
import { ApiChanges } from './api-changes';
import { bareRouteOf } from './api-view';

/** A page is cut here, well below the size of one message: a few APIs over very wide datasets fill it. */
const PAGE_BYTES = MAX_MESSAGE_BYTES / 2;
/** Where more APIs are gone, the whole table is no more to read. */
const MAX_REMOVED = 5_000;

type Reply = ReplyOf<typeof listRoutes>;

/** The route table for gateways. */
@Injectable()
export class RoutesService {
  constructor(
    private readonly apis: ApisStore,
    private readonly removed: RemovedApiStore,
    private readonly changes: ApiChanges,
  ) {}

  /**
   * The change number is read before the page, so that the page has at least every change up to it; what is gone after
   * it, so that an API that goes meanwhile is in one of them.
   */
  async list({ since, cursor, limit }: RequestOf<typeof listRoutes>): Promise<Reply> {
    const { rev, restart } = await this.changes.state();
    const isKnown = since !== undefined && since >= restart && since <= rev;
    if (!isKnown) return { rev, whole: true, ...(await this.page(undefined, cursor, limit)) };
    const page = await this.page(since, cursor, limit);
    if (page.nextCursor !== null) return { rev, whole: false, ...page };
    const gone = await this.removed.after(since, MAX_REMOVED + 1);
    if (gone.length > MAX_REMOVED) return { rev, whole: true, ...(await this.page(undefined, undefined, limit)) };
    return { rev, whole: false, ...page, removed: [...page.removed, ...gone] };
  }

  private async page(since: number | undefined, after: string | undefined, limit: number) {
    const page = new Page();
    for await (const doc of this.apis.inOrder(since, after, limit)) {
      if (!page.add(doc)) return page.until(page.last);
    }
    return page.until(page.seen === limit ? page.last : null);
  }
}

/** Routes up to the size of a message, and the fields of their versions, each once. */
class Page {
  seen = 0;
  last: string | null = null;
  private readonly routes: Reply['routes'] = [];
  private readonly removed: Reply['removed'] = [];
  private readonly fields: Reply['fields'] = {};
  private bytes = 0;

  /** Takes an API; false when it does not fit any more. */
  add(doc: ApiDoc): boolean {
    const route = bareRouteOf(doc);
    const versionId = doc.served?.versionId ?? '';
    const isNew = route && !(versionId in this.fields);
    const size = (route ? sizeOf(route) : 0) + (isNew ? sizeOf(doc.served?.fields) : 0);
    if (this.seen > 0 && this.bytes + size > PAGE_BYTES) return false;
    if (route) this.routes.push(route);
    else this.removed.push(doc._id);
    if (isNew) this.fields[versionId] = doc.served?.fields ?? [];
    this.bytes += size;
    this.seen++;
    this.last = doc._id;
    return true;
  }

  until(nextCursor: string | null): Omit<Reply, 'rev' | 'whole'> {
    const { routes, removed, fields } = this;
    return { routes, removed, fields, nextCursor };
  }
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
