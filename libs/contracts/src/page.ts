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

/** The most rows of one answer of an API: no settings go beyond it. */
export const MAX_PAGE_ROWS = 1_000;

/** A time on the wire: RFC 3339, UTC. */
export const Timestamp = z.iso.datetime();
