import { type InfiniteData, infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { type ListPage, request } from './request';

/** The pages of a list that were asked for so far. */
export type ListPages<Item> = InfiniteData<ListPage<Item>>;

/** What a list is asked for: words and filters. */
export type ListAsked = Readonly<Record<string, string | undefined>>;

/** The server takes no longer words; no name has more. */
const MAX_LENGTH: Readonly<Record<string, number>> = { _q: 200 };
/** So many are drawn at first, and more with each press: rows may ask the server for more about themselves. */
const PAGE_SIZE = 50;

/** The things of a kind that match, page by page; they stay to be seen while others are on their way. */
export const listQuery = <Item>(kind: string, asked: ListAsked = {}) =>
  infiniteQueryOptions({
    queryKey: [kind, 'list', asked],
    queryFn: ({ pageParam, signal }) =>
      request<ListPage<Item>>(`/${kind}?${searchOf({ ...asked, _cursor: pageParam ?? undefined })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }: ListPage<Item>) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

/** The things on all of its pages that came. */
export function itemsOf<Item>(list: ListPages<Item> | undefined): Item[] {
  return list?.pages.flatMap(({ data }) => data) ?? [];
}

function searchOf(asked: ListAsked): URLSearchParams {
  const search = new URLSearchParams({ _limit: String(PAGE_SIZE), _count: 'exact' });
  for (const [name, value] of Object.entries(asked)) if (value) search.set(name, value.slice(0, MAX_LENGTH[name]));
  return search;
}
