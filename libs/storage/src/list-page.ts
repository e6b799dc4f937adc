import type { PageRequest } from '@sluice/contracts/page';

/** One page of documents, newest first by their time-ordered ids; `fetch` gets the id to stay below and how many to read. */
export async function listPage<Doc extends { _id: string }, Item>(
  request: PageRequest,
  fetch: (below: string | undefined, limit: number) => Promise<Doc[]>,
  present: (doc: Doc) => Item,
): Promise<{ data: Item[]; page: { nextCursor: string | null } }> {
  const docs = await fetch(request.cursor, request.limit + 1);
  const page = docs.slice(0, request.limit);
  const nextCursor = docs.length > request.limit ? (page.at(-1)?._id ?? null) : null;
  return { data: page.map(present), page: { nextCursor } };
}
