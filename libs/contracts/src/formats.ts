import { z } from 'zod';

/** The formats that rows can be written in, in the words of `_format`. */
export const formats = ['json', 'ndjson', 'csv', 'xlsx', 'parquet', 'arrow'] as const;
export const Format = z.enum(formats);
export type Format = z.infer<typeof Format>;

/** The formats that the settings of an API list; XLSX comes with CSV: it is the same for the same programs. */
export const ListedFormat = Format.exclude(['xlsx']);
export type ListedFormat = z.infer<typeof ListedFormat>;
export const listedFormats = ListedFormat.options;
