import type { Page } from '../reading/pages';
import { readSnapshotText } from '../reading/read-snapshot';
import type { RowSource } from '../reading/row-source';
import { snapshotText } from '../reading/snapshot-text';

/** Writes the text around the rows of a page. It holds nothing of the single request, so equal queries give equal bytes. */
export function writeEnvelope(page: Page): { before: string; after: string } {
  if (page.query.shape === 'array' || page.format !== 'json') return { before: '', after: '' };
  const { limit } = page.query;
  const { returned, hasMore, total } = page.head;
  const { nextCursor, source, version, snapshot, changes } = page;
  const rest = {
    page: { limit, returned, hasMore, nextCursor, ...(total !== null && { total }) },
    links: { self: selfLink(page), next: nextLink(page) },
    meta: {
      ...(source.api !== null && { api: source.api }),
      dataset: source.datasetId,
      version,
      ...(changes && { since: snapshotText(changes.since) }),
      snapshot: changes ? readSnapshotText(page) : snapshotText(snapshot),
    },
  };
  return { before: '{"data":', after: `,${JSON.stringify(rest).slice(1)}` };
}

function selfLink({ source, canonical }: Page): string {
  return address(source, canonical);
}

/** Writes the address of the page behind this one, relative to the host; null on the last. */
export function nextLink({ source, query, resultQuery, nextCursor, canonical }: Page): string | null {
  if (nextCursor === null) return null;
  const parameters = new URLSearchParams(resultQuery);
  if (new URLSearchParams(canonical).has('_limit')) parameters.set('_limit', String(query.limit));
  parameters.set('_cursor', nextCursor);
  return address(source, parameters.toString());
}

// Request line and header fields together are refused beyond 16 KiB.
const MAX_ADDRESS_LENGTH = 12_000;

/** A query that no address can hold was asked by POST, and goes on there: the same body with the cursor. */
function address(source: RowSource, search: string): string {
  if (search.length > MAX_ADDRESS_LENGTH) return `${source.address}/_query`;
  return source.address + (search && `?${search}`);
}
