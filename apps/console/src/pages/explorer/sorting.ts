import { readable } from '../filters/query-chips';
import type { Sort } from '../rows/grid-head';

/** Reads by which field a query sorts first; null is the order of the file. */
export function sortOf(query: string): Sort | null {
  const [first] = new URLSearchParams(query).get('_sort')?.split(',') ?? [];
  return first ? { field: first.replace(/^-/, ''), descending: first.startsWith('-') } : null;
}

/** Makes the query that sorts by a field alone. */
export function withSort(query: string, sort: Sort | null): string {
  const asked = new URLSearchParams(query);
  if (sort) asked.set('_sort', `${sort.descending ? '-' : ''}${sort.field}`);
  else asked.delete('_sort');
  return readable(asked);
}
