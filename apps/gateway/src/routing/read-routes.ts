import { listRoutes, type Route } from '@sluice/contracts/registry/routes';
import type { Services } from '@sluice/messaging/services';

/** What registry told of the route table. */
export interface ReadRoutes {
  /** Every change up to this number is in it. */
  rev: number;
  /** It is the whole table. */
  whole: boolean;
  /** Each API with its route; with null one that is gone or serves nothing. */
  routes: Map<string, Route | null>;
}

/**
 * Reads what changed in the route table after the change numbered `since`, page by page; the whole of it without such a
 * number, or where registry turns out not to know that.
 */
export async function readRoutes(services: Services, since?: number): Promise<ReadRoutes> {
  const routes: ReadRoutes['routes'] = new Map();
  const fields = new Map<string, Route['fields']>();
  // The number is read before the first page: whatever changed up to it is in the pages.
  let rev: number | undefined;
  let whole: boolean | undefined;
  let cursor: string | undefined;
  do {
    const page = await services.request(listRoutes, { since: whole ? undefined : since, cursor });
    rev ??= page.rev;
    whole ??= page.whole;
    if (page.whole !== whole) return readRoutes(services);
    for (const [versionId, ofVersion] of Object.entries(page.fields)) {
      if (!fields.has(versionId)) fields.set(versionId, ofVersion);
    }
    for (const bare of page.routes) {
      routes.set(bare.apiId, { ...bare, fields: fields.get(bare.snapshot.versionId) ?? [] });
    }
    for (const apiId of page.removed) routes.set(apiId, null);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return { rev, whole, routes };
}
