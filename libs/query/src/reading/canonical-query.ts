import { type Filter, type FilterLeaf, isLeaf } from '@sluice/contracts/filter';
import type { View } from '../views/view';
import { defaultSort } from '../views/view-rules';
import { filterTree } from './filter-tree';
import { givenParameters } from './parameters';
import { groupTexts } from './row-groups';
import type { RowQuery } from './row-query';

type Parameter = [name: string, value: string];

/**
 * The one query string for everything that means the same: filters in order of field and value, controls in a fixed
 * order, defaults left out. `position` adds where the page begins and how long it is; without it, two pages of one
 * result share the text, which is what a cursor is bound to.
 */
export function canonicalQuery(query: RowQuery, view: View, position: boolean): string {
  const parameters = [...givenParameters(view, query.parameters), ...filterParameters(query.filter)];
  const { search, group, sort, at, cursor } = query;
  if (search) parameters.push(['_q', search.text]);
  if (group) {
    const { group: keys, agg } = groupTexts(group);
    if (keys.length > 0) parameters.push(['_group', keys.join()]);
    if (agg.length > 0) parameters.push(['_agg', agg.join()]);
  } else if (query.select.join() !== view.fields.map(({ name }) => name).join()) {
    parameters.push(['_select', query.select.join()]);
  }
  const order = sortText(sort);
  if (order !== (group ? '' : sortText(defaultSort(view)))) parameters.push(['_sort', order]);
  if (at !== null) parameters.push(['_at', at]);
  if (query.count) parameters.push(['_count', 'exact']);
  if (query.shape !== 'object') parameters.push(['_shape', query.shape]);
  if (query.format !== null) parameters.push(['_format', query.format]);
  if (query.pretty) parameters.push(['_pretty', 'true']);
  if (query.bom) parameters.push(['_bom', 'true']);
  if (query.escapeFormulas) parameters.push(['_formulas', 'escape']);
  if (position) {
    if (query.limit !== view.defaultLimit) parameters.push(['_limit', String(query.limit)]);
    if (query.offset > 0) parameters.push(['_offset', String(query.offset)]);
    if (cursor !== null) parameters.push(['_cursor', cursor]);
  }
  return new URLSearchParams(parameters).toString();
}

function sortText(sort: RowQuery['sort']): string {
  return sort.map(({ field, descending }) => (descending ? `-${field}` : field)).join();
}

/** Comparisons that must all hold are parameters of their own; what parameters cannot say is left to one `_filter`. */
function filterParameters(filter: Filter | null): Parameter[] {
  if (filter === null) return [];
  const parameters: Parameter[] = [];
  const rest: Filter[] = [];
  const used = new Set<string>();
  for (const part of !isLeaf(filter) && 'and' in filter ? filter.and : [filter]) {
    const own = isLeaf(part) ? leafParameters(part) : null;
    const name = own?.[0]?.[0];
    if (own && name !== undefined && !used.has(name)) {
      used.add(name);
      parameters.push(...own);
    } else rest.push(part);
  }
  parameters.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const [first, ...more] = rest;
  if (first) parameters.push(['_filter', JSON.stringify(filterTree(more.length > 0 ? { and: rest } : first))]);
  return parameters;
}

function leafParameters({ field, op, values }: FilterLeaf): Parameter[] | null {
  const name = op === 'eq' ? field : `${field}__${op}`;
  const parameters = values.flatMap((value): Parameter[] => (value === null ? [] : [[name, value]]));
  return parameters.length === values.length ? parameters : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
