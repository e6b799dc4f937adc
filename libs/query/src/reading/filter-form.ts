import { type Filter, type FilterLeaf, isLeaf } from '@sluice/contracts/filter';

/**
 * Brings filters of equal meaning to one form, as far as that can be told without the rows. It has groups flat and sorted,
 * nothing twice, no group of one, `in` of one value as `eq`, comparisons with null as `null`. It is never deeper.
 */
export function normalForm(filter: Filter): Filter {
  if (isLeaf(filter)) return leafForm(filter);
  if ('not' in filter) {
    const inner = normalForm(filter.not);
    return !isLeaf(inner) && 'not' in inner ? inner.not : { not: inner };
  }
  if ('and' in filter) {
    const parts = distinct(filter.and.map(normalForm).flatMap((part) => ('and' in part ? part.and : [part])));
    return onlyOf(parts) ?? { and: parts };
  }
  const parts = distinct(filter.or.map(normalForm).flatMap((part) => ('or' in part ? part.or : [part])));
  return onlyOf(parts) ?? { or: parts };
}

function leafForm({ field, op, values }: FilterLeaf): FilterLeaf {
  const sorted = [...new Set(values)].sort(compareValues);
  const [first = null] = sorted;
  const one = sorted.length === 1;
  const plain = op === 'in' && one ? 'eq' : op === 'nin' && one ? 'ne' : op;
  if (plain === 'eq' && first === null) return { field, op: 'null', values: ['true'] };
  if (plain === 'ne' && first === null) return { field, op: 'null', values: ['false'] };
  return { field, op: plain, values: sorted };
}

function onlyOf(parts: Filter[]): Filter | undefined {
  return parts.length === 1 ? parts[0] : undefined;
}

function distinct(parts: Filter[]): Filter[] {
  const byText = new Map(parts.map((part) => [JSON.stringify(part), part]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

function compareValues(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
