import type { Page } from '../reading/pages';
import { readSnapshotText } from '../reading/read-snapshot';
import { snapshotText } from '../reading/snapshot-text';

/** Writes the text around the rows of a page. It holds nothing of the single request, so equal queries give equal bytes. */
export function writeEnvelope(page: Page): { before: string; after: string } {
  if (page.query.shape === 'array' || page.format !== 'json') return { before: '', after: '' };
  const { limit } = page.query;
  const { returned, hasMore, total } = page.head;
  const { nextCursor, source, version, commit, snapshot, changes } = page;
  const rest = {
    page: { limit, returned, hasMore, nextCursor, ...(total !== null && { total }) },
    links: { self: selfLink(page), next: nextLink(page) },
    meta: {
      ...(source.api !== null && { api: source.api }),
      dataset: source.datasetId,
      version,
      ...(commit !== null && { commit }),
      ...(changes && { since: snapshotText(changes.since) }),
      snapshot: changes ? readSnapshotText(page) : snapshotText(snapshot),
    },
  };
  return { before: '{"data":', after: `,${JSON.stringify(rest).slice(1)}` };
}

function selfLink(page: Page): string {
  return address(page, page.canonical);
}

/** Writes the address of the page behind this one; null on the last. */
export function nextLink(page: Page): string | null {
  const { query, resultQuery, nextCursor, canonical } = page;
  if (nextCursor === null) return null;
  const parameters = new URLSearchParams(resultQuery);
  if (new URLSearchParams(canonical).has('_limit')) parameters.set('_limit', String(query.limit));
  parameters.set('_cursor', nextCursor);
  return address(page, parameters.toString());
}

// Request line and header fields together are refused beyond 16 KiB.
const MAX_ADDRESS_LENGTH = 12_000;

/** A query that no address can hold was asked by POST, and goes on there: the same body with the cursor. */
function address({ source, linkOrigin = '' }: Page, search: string): string {
  const path = linkOrigin + source.address;
  if (search.length > MAX_ADDRESS_LENGTH) return `${path}/_query`;
  return path + (search && `?${search}`);
}
