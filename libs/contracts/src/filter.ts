import { z } from 'zod';
import { FieldName } from './fields';

/** Every comparison of the query language; which type of field takes which is a table of libs/query. */
export const filterOperators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'null',
  'contains',
  'icontains',
  'starts',
  'istarts',
  'ends',
  'iends',
  'has',
] as const;
export const FilterOperator = z.enum(filterOperators);
export type FilterOperator = z.infer<typeof FilterOperator>;

const MAX_PATH_LENGTH = 300;

/** A field, or a place inside a json field: `address.city`, `items.0.price`. Only the first word names a field. */
export const FieldPath = z
  .string()
  .max(MAX_PATH_LENGTH)
  .refine((path) => {
    const [field, ...keys] = path.split('.');
    return FieldName.safeParse(field).success && keys.every((key) => key !== '');
  }, 'not a field or a path into one');

export const MAX_IN_VALUES = 1_000;
/** The limits of a caller's filter: groups (`and`, `or`, `not`) in groups, and comparisons in all. */
export const MAX_FILTER_DEPTH = 5;
export const MAX_FILTER_LEAVES = 50;

/**
 * One comparison, its values in the canonical text of the field's type. `in` and `nin` take many, `null` takes `true` or
 * `false`, every other operator one. A null among the values of `in` and `nin` stands for rows without a value.
 */
export const FilterLeaf = z.object({
  field: FieldPath,
  op: FilterOperator,
  values: z.array(z.string().nullable()).min(1).max(MAX_IN_VALUES),
});
export type FilterLeaf = z.infer<typeof FilterLeaf>;

/** A condition on a row. Every comparison is true or false, never unknown, so `not` turns each into the other. */
export type Filter = FilterLeaf | { and: Filter[] } | { or: Filter[] } | { not: Filter };

const Node: z.ZodType<Filter> = z
  .lazy(() =>
    z.union([
      FilterLeaf,
      z.strictObject({ and: z.array(Node).min(1) }),
      z.strictObject({ or: z.array(Node).min(1) }),
      z.strictObject({ not: Node }),
    ]),
  )
  .meta({ id: 'FilterNode' });

// A publisher's fixed row filter and a consumer's own filter stand together in one request.
const MAX_JOINED_DEPTH = MAX_FILTER_DEPTH + 1;
const MAX_JOINED_LEAVES = 2 * MAX_FILTER_LEAVES;

export const Filter: z.ZodType<Filter> = Node.refine(
  (filter) => filterDepth(filter) <= MAX_JOINED_DEPTH && filterLeaves(filter).length <= MAX_JOINED_LEAVES,
  'the filter is too large',
);

/** How many groups stand in each other; 0 for a comparison alone. */
function filterDepth(filter: Filter): number {
  return isLeaf(filter) ? 0 : 1 + Math.max(...filterChildren(filter).map(filterDepth));
}

/** All comparisons of a filter, from left to right. */
export function filterLeaves(filter: Filter): FilterLeaf[] {
  return isLeaf(filter) ? [filter] : filterChildren(filter).flatMap(filterLeaves);
}

export function isLeaf(filter: Filter): filter is FilterLeaf {
  return 'op' in filter;
}

function filterChildren(filter: Exclude<Filter, FilterLeaf>): Filter[] {
  if ('not' in filter) return [filter.not];
  return 'and' in filter ? filter.and : filter.or;
}

/** Filters that must all hold, as one; null when there is none. */
export function allOf(...filters: (Filter | null)[]): Filter | null {
  const parts = filters.filter((filter) => filter !== null);
  return parts.length > 1 ? { and: parts } : (parts[0] ?? null);
}
