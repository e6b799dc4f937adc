import { z } from 'zod';
import { DatePattern, TimeZoneName } from '../date-pattern';

/** Null words of one file or field: more are no habit of a writer, but data. */
const NullWords = z.array(z.string().max(100)).max(50);

/** How the cells of one field are read; what is absent is as for the file. */
export const FieldReading = z
  .strictObject({
    nulls: NullWords.optional().meta({ description: 'Words that stand for no value' }),
    trim: z.boolean().optional().meta({ description: 'Leave out blanks around values' }),
    decimal: z.enum(['.', ',']).optional().meta({ description: 'What stands before the fraction of numbers' }),
    thousands: z
      .enum([',', '.', ' ', "'", '_'])
      .optional()
      .meta({ description: 'What stands between groups of three digits; a blank is also a no-break space' }),
    percent: z.boolean().optional().meta({ description: '`12.5%` is the number 0.125' }),
    currency: z.boolean().optional().meta({ description: '`$1,200` and `5 EUR` are numbers' }),
    dateFormat: DatePattern.optional().meta({ description: 'Of dates, such as dd/MM/yyyy' }),
    datetimeFormat: DatePattern.optional().meta({ description: 'Of dates with times, such as dd/MM/yyyy HH:mm' }),
    timeZone: TimeZoneName.optional().meta({
      description: 'IANA name of the zone that times without an offset are of; UTC by default',
    }),
  })
  .meta({ id: 'FieldReading' });
export type FieldReading = z.infer<typeof FieldReading>;

/** How a file is read, as far as somebody says so. What is absent is guessed over the whole file, and told. */
export const Reading = FieldReading.extend({
  strict: z
    .boolean()
    .optional()
    .meta({ description: 'Take nothing but RFC 4180 in UTF-8, and guess no words or forms' }),
  encoding: z.string().min(1).max(40).optional().meta({ description: 'As the WHATWG names it: utf-8, windows-1251 …' }),
  delimiter: z.string().min(1).max(8).optional().meta({ description: 'One or more characters between cells' }),
  quote: z.string().max(1).optional().meta({ description: 'One character around cells; empty: there is none' }),
  escape: z
    .string()
    .max(1)
    .optional()
    .meta({ description: 'The character before a quote inside a cell: `"` (doubled) or `\\`' }),
  header: z
    .union([z.int().min(1).max(1_000), z.literal(false)])
    .optional()
    .meta({ description: 'Line of the names of the columns, from 1; false: the file has none' }),
  skip: z.int().min(0).max(1_000).optional().meta({ description: 'Lines before anything is looked at' }),
  comment: z
    .string()
    .max(1)
    .optional()
    .meta({ description: 'The character that lines begin with which are left out; empty: none' }),
  ragged: z.enum(['refuse', 'pad', 'keep']).optional().meta({
    description:
      'Rows of another width: refused; short ones filled with nulls; or filled, and cells too many kept in a field `rest`',
  }),
  jsonPath: z.string().min(1).max(200).optional().meta({ description: 'Where the rows are: $.results, $.data.items' }),
  sheet: z.string().min(1).max(100).optional().meta({ description: 'Name of the sheet' }),
  range: z
    .string()
    .regex(/^[A-Za-z]{1,3}[1-9]\d{0,6}:[A-Za-z]{1,3}[1-9]\d{0,6}$/, 'write a range as B2:F100')
    .optional()
    .meta({ description: 'Cells of the sheet, such as B2:F100' }),
  select: z.array(z.string().min(1).max(256)).min(1).max(1_000).optional().meta({
    description: 'Names or labels of the columns that come in; the others are left out',
  }),
  fields: z
    .record(z.string().max(256), FieldReading)
    .refine((fields) => Object.keys(fields).length <= 1_000, 'at most 1000 fields')
    .optional()
    .meta({ description: 'By name or label of a field' }),
}).meta({ id: 'Reading' });
export type Reading = z.infer<typeof Reading>;

/** Something in a file that could have been read otherwise, was changed on the way in, or stays as it is unless somebody decides. */
export const ImportWarning = z
  .object({
    code: z.string().meta({ description: 'Stable, for programs' }),
    detail: z.string(),
    field: z.string().optional().meta({ description: 'Name of the field' }),
    option: z.string().optional().meta({ description: 'The member of `reading` that decides it' }),
    line: z.int().optional().meta({ description: 'Line of the first case' }),
    cell: z.string().optional().meta({ description: 'Address of the first case in a sheet' }),
    count: z.int().optional().meta({ description: 'How many cases there are' }),
    examples: z
      .array(z.object({ before: z.string(), after: z.string().nullable() }))
      .optional()
      .meta({ description: 'Cells as they stand, and as the option would make them' }),
    choices: z
      .array(z.string())
      .optional()
      .meta({ description: 'What the option could be, where a file has only so many: the names of its sheets' }),
  })
  .meta({ id: 'ImportWarning' });
export type ImportWarning = z.infer<typeof ImportWarning>;

/** More are not told: a file with so many has them everywhere. */
export const MAX_WARNINGS = 200;
