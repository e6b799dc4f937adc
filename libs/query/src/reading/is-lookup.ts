import type { RowQuery } from './row-query';

/** Tells whether a query asks for the rows with certain values of one field, and for nothing else. */
export function isLookup({ filter, search, group }: RowQuery): boolean {
  if (!filter || search !== null || group !== null || !('op' in filter)) return false;
  return filter.op === 'eq' || filter.op === 'in';
}
