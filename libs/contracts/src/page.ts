import { z } from 'zod';

/** Asks for one page of a management list, newest first; `cursor` is the last id of the page before. */
export const PageRequest = z.object({
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().max(64).optional(),
});
export type PageRequest = z.infer<typeof PageRequest>;

/** One page of a management list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), page: z.object({ nextCursor: z.string().nullable() }) });

/** A page of a list that can be searched: `total` things match, where that was asked for. */
export const searchedPageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    page: z.object({ nextCursor: z.string().nullable(), total: z.int().optional() }),
  });

/** What a list is searched for: each of its words is in one of a thing's texts, in any case. */
export const SearchText = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u, 'control characters are in no name');

/** A member by which a list is sorted, descending behind a minus: one of these, or `createdAt`, where the newest is first. */
export const sortBy = (members: readonly string[]) =>
  z.enum(['createdAt', ...members].flatMap((member) => [member, `-${member}`])).default('-createdAt');

/** Says where a searched list goes on: it holds the value of the last thing, such as its name. */
export const SearchCursor = z.string().max(1_500);

/** Asks for one page of a list that can be searched, and sorted by these members; what is equal there, by its creation. */
export const searchRequest = (members: readonly string[]) =>
  PageRequest.extend({
    cursor: SearchCursor.optional(),
    q: SearchText.optional(),
    sort: sortBy(members),
    count: z.boolean().default(false),
  });

/** The most rows of one answer of an API: no settings go beyond it. */
export const MAX_PAGE_ROWS = 1_000;

/** A time on the wire: RFC 3339, UTC. */
export const Timestamp = z.iso.datetime();

const GIVEN_TIMES = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()]);

/** A time as callers may give it: RFC 3339 with any offset, without one in UTC, or a date, which is its midnight in UTC. */
export const GivenTime = z
  .string()
  .overwrite(inUtc)
  .refine((text) => Timestamp.safeParse(text).success, 'write a time as 2026-01-31T13:45:00Z, or a date as 2026-01-31')
  .meta({ format: 'date-time', description: 'With an offset, in UTC without; a date alone is its midnight in UTC' });

function inUtc(text: string): string {
  if (!GIVEN_TIMES.safeParse(text).success) return text;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T');
  const time = new Date(hasZone ? text : `${text}Z`);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}
