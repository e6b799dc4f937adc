import { z } from 'zod';
import { contract } from '../contract';
import { FieldName } from '../fields';
import { Snapshot } from '../snapshot';

/** Fields that are looked at in one request. */
export const MAX_PROFILE_FIELDS = 20;
/** Bars of a histogram, and values that are told by how often they come. */
export const MAX_BUCKETS = 20;
export const MAX_TOP_VALUES = 10;
/** Characters that are told of a text. */
export const MAX_PROFILE_TEXT = 200;

/** One bar: how many rows, and the smallest and largest value among them, so that a filter by both finds just these rows. */
export const Bucket = z.object({ from: z.string().nullable(), to: z.string().nullable(), count: z.int() });
export type Bucket = z.infer<typeof Bucket>;

export const TopValue = z.object({
  value: z.string(),
  isCut: z.boolean().default(false).meta({ description: 'It is longer: this is how it begins' }),
  count: z.int(),
});
export type TopValue = z.infer<typeof TopValue>;

/** What a look at all values of a field tells. Values are texts as rows spell them, without quotes: what a filter takes. */
export const FieldProfile = z
  .object({
    name: FieldName,
    nulls: z.int().meta({ description: 'Rows without a value' }),
    distinct: z.int().nullable().meta({ description: 'Values that differ; null for json' }),
    isEstimate: z.boolean().meta({ description: '`distinct` is an estimate: there are more than 1,000,000 rows' }),
    min: z.string().nullable(),
    max: z.string().nullable(),
    buckets: z
      .array(Bucket)
      .max(MAX_BUCKETS)
      .nullable()
      .meta({ description: 'Equal parts from min to max, for numbers, dates and times; an empty one has no ends' }),
    top: z
      .array(TopValue)
      .max(MAX_TOP_VALUES)
      .nullable()
      .meta({ description: 'The most frequent values, for text and boolean' }),
  })
  .meta({ id: 'FieldProfile' });
export type FieldProfile = z.infer<typeof FieldProfile>;

export const Profile = z
  .object({ rows: z.int().meta({ description: 'All rows, which were looked at' }), fields: z.array(FieldProfile) })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof Profile>;

/**
 * Looks at all values of some fields of a snapshot, in the order asked for. It may take 10 s (`query_timeout`); fields that were
 * finished until then are kept, so that the same call made again goes on behind them.
 */
export const readProfile = contract({
  subject: 'catalogue.profiles.read',
  isRead: true,
  request: z.object({ snapshot: Snapshot, fields: z.array(FieldName).min(1).max(MAX_PROFILE_FIELDS) }),
  reply: Profile,
  errors: ['snapshot_gone', 'query_timeout', 'memory_exceeded', 'storage_full'],
  timeoutMs: 12_000,
});
