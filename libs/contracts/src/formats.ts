import { z } from 'zod';

/** The formats that rows can be written in, in the words of `_format`. */
export const formats = ['json', 'ndjson', 'csv', 'parquet', 'arrow'] as const;
export const Format = z.enum(formats);
export type Format = z.infer<typeof Format>;
