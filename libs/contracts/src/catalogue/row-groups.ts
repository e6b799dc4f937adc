import { z } from 'zod';
import { FieldName } from '../fields';
import { FieldPath } from '../filter';

export const dateParts = ['year', 'quarter', 'month', 'week', 'day', 'hour'] as const;
export type DatePart = (typeof dateParts)[number];

/** Rows with an equal value of the field are one group; with `part`, those of the same year, month … of a date. */
export const GroupKey = z.object({ field: FieldPath, part: z.enum(dateParts).optional(), name: FieldName });
export type GroupKey = z.infer<typeof GroupKey>;

export const aggregateFunctions = ['count', 'count_distinct', 'sum', 'avg', 'min', 'max', 'median'] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

/** One number or value about each group; `count` counts rows and has no field. */
export const Aggregate = z.object({ fn: z.enum(aggregateFunctions), field: FieldPath.optional(), name: FieldName });
export type Aggregate = z.infer<typeof Aggregate>;

export const MAX_GROUPS = 10_000;
export const MAX_GROUP_OUTPUTS = 50;

/** Groups instead of rows. Without keys all rows are one group; all names are different. */
export const Group = z.object({
  keys: z.array(GroupKey).max(MAX_GROUP_OUTPUTS),
  aggregates: z.array(Aggregate).max(MAX_GROUP_OUTPUTS),
});
export type Group = z.infer<typeof Group>;
