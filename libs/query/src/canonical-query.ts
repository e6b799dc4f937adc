import { type FilterLeaf, filterLeaves } from '@sluice/contracts/filter';
import type { RowQuery } from './row-query';
import type { View } from './view';

/**
 * The one query string for everything that means the same: conditions in order of field and value, controls in a fixed
 * order, defaults left out. `position` adds where the page begins and how long it is; without it, two pages of one
 * result share the text, which is what a cursor is bound to.
 */
export function canonicalQuery(query: RowQuery, view: View, position: boolean): string {
  const parameters: [string, string][] = leaves(query)
    .map(({ field, values }): [string, string] => [field, values[0] ?? ''])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const everything = view.fields.map((field) => field.name);
  if (query.select.join() !== everything.join()) parameters.push(['_select', query.select.join()]);
  if (query.sort.length > 0) {
    parameters.push(['_sort', query.sort.map(({ field, descending }) => (descending ? `-${field}` : field)).join()]);
  }
  if (query.count) parameters.push(['_count', 'exact']);
  if (query.shape !== 'object') parameters.push(['_shape', query.shape]);
  if (position) {
    if (query.limit !== view.defaultLimit) parameters.push(['_limit', String(query.limit)]);
    if (query.offset > 0) parameters.push(['_offset', String(query.offset)]);
    if (query.cursor !== null) parameters.push(['_cursor', query.cursor]);
  }
  return new URLSearchParams(parameters).toString();
}

function leaves({ filter }: RowQuery): FilterLeaf[] {
  return filter ? filterLeaves(filter) : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
