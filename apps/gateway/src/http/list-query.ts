import { type PageRequest, SearchCursor, SearchText, sortBy } from '@sluice/contracts/page';
import { z } from 'zod';

const CURSOR = '`page.nextCursor` of the page before';

/** The query of every management list. */
export const ListQuery = z.strictObject({
  _limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Items of a page' }),
  _cursor: z.string().max(64).optional().meta({ description: CURSOR }),
});
export type ListQuery = z.output<typeof ListQuery>;

export function pageRequest({ _limit, _cursor }: ListQuery): PageRequest {
  return { limit: _limit, cursor: _cursor };
}

/** The query of a list that can be searched, and sorted by these members beside the time of creation. */
export const searchQuery = (members: readonly string[]) =>
  ListQuery.extend({
    _cursor: SearchCursor.optional().meta({ description: CURSOR }),
    _q: SearchText.optional().meta({
      description: 'Words that are all in its name or its other texts; the first ten count',
    }),
    _sort: sortBy(members).meta({ description: 'Descending behind a minus' }),
    _count: z.enum(['none', 'exact']).default('none').meta({ description: '`exact` counts into `page.total`' }),
  });

type SearchQuery = z.output<ReturnType<typeof searchQuery>>;

/** What a service is asked for; what is left of the query are the filters of the list. */
export function searchRequestOf<Asked extends SearchQuery>({ _limit, _cursor, _q, _sort, _count, ...filters }: Asked) {
  return { limit: _limit, cursor: _cursor, q: _q, sort: _sort, count: _count === 'exact', ...filters };
}

/** Ids, separated by commas. */
export const listOf = (id: z.ZodType<string, string>, max: number) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(id).max(max));
