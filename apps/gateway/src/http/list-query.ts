import type { PageRequest } from '@sluice/contracts/page';
import { z } from 'zod';

/** The query of every management list. */
export const ListQuery = z.strictObject({
  _limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Items of a page' }),
  _cursor: z.string().max(64).optional().meta({ description: '`page.nextCursor` of the page before' }),
});
export type ListQuery = z.output<typeof ListQuery>;

export function pageRequest({ _limit, _cursor }: ListQuery): PageRequest {
  return { limit: _limit, cursor: _cursor };
}
