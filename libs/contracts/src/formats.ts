import { z } from 'zod';

/** What rows can be written as, in the words of `_format`. */
export const formats = ['json', 'ndjson', 'csv', 'parquet', 'arrow'] as const;
export const Format = z.enum(formats);
export type Format = z.infer<typeof Format>;
