import { z } from 'zod';
import { readQuery } from './read-query';

const MAX_RESULTS = 1_000;

const ListQuery = z.strictObject({
  maxResults: z.coerce.number().int().min(0).optional(),
  pageToken: z.string().max(500).optional(),
});

/** Cuts a list into the pages that a query asks for: `maxResults` of them, behind the one that `pageToken` names. */
export function pageOfList<Item>(search: string, items: readonly Item[], nameOf: (item: Item) => string): object {
  const { maxResults = MAX_RESULTS, pageToken = '' } = readQuery(ListQuery, search);
  const after = Buffer.from(pageToken, 'base64url').toString();
  const first = pageToken === '' ? 0 : items.findIndex((item) => nameOf(item) > after);
  const rest = first < 0 ? [] : items.slice(first);
  const page = rest.slice(0, Math.min(maxResults, MAX_RESULTS));
  const last = page.at(-1);
  const isLast = page.length === rest.length || last === undefined;
  return { items: page, ...(!isLast && { nextPageToken: Buffer.from(nameOf(last)).toString('base64url') }) };
}
