import { Reading } from '@sluice/contracts/catalogue/reading';
import { z } from 'zod';

const { shape } = Reading;
const { stringbool } = z;

const StrictWord = z.literal('strict').transform((): Reading => ({ strict: true }));
const Text = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'write a JSON object such as {"decimal":","}, or strict' });
    return z.NEVER;
  }
});

/** The parameters of an upload that say how its file is to be read: all at once as JSON, or one by one. */
export const readingParameters = {
  reading: z
    .union([StrictWord, Text.pipe(Reading)])
    .optional()
    .meta({
      description: '`strict` for nothing but RFC 4180 in UTF-8, or a JSON object of the options that follow',
    }),
  encoding: shape.encoding,
  delimiter: shape.delimiter,
  quote: shape.quote,
  escape: shape.escape,
  header: z
    .string()
    .regex(/^(?:[1-9]\d{0,3}|true|false)$/, 'write the number of a line, or false')
    .optional()
    .meta({ description: shape.header.description }),
  skip: z.coerce.number().int().min(0).max(1_000).optional().meta({ description: shape.skip.description }),
  comment: shape.comment,
  trim: stringbool().optional().meta({ description: shape.trim.description }),
  decimal: shape.decimal,
  thousands: shape.thousands,
  nulls: z
    .union([z.string().transform((word) => [word]), z.array(z.string())])
    .optional()
    .meta({ description: `${shape.nulls.description}; repeat the parameter for several` }),
  dateFormat: shape.dateFormat,
  datetimeFormat: shape.datetimeFormat,
  timeZone: shape.timeZone,
  percent: stringbool().optional().meta({ description: shape.percent.description }),
  currency: stringbool().optional().meta({ description: shape.currency.description }),
  ragged: shape.ragged,
  jsonPath: shape.jsonPath,
  sheet: shape.sheet,
  range: shape.range,
  fields: z
    .union([z.string().transform((name) => name.split(',')), z.array(z.string())])
    .pipe(z.array(z.string().min(1).max(256)).min(1).max(1_000))
    .optional()
    .meta({ description: 'The columns that come in, separated by commas or one each' }),
};

const ReadingParameters = z.object(readingParameters);

/** Puts together what the parameters say; one by one they win over the object. */
export function readingOf({ reading, header, fields, ...single }: z.output<typeof ReadingParameters>): Reading {
  const said = Object.entries(single).filter(([name, value]) => name in shape && value !== undefined);
  const line = header === 'false' ? false : Number(header);
  const isLine = header !== undefined && header !== 'true';
  return {
    ...reading,
    ...Object.fromEntries(said),
    ...(isLine && { header: line }),
    ...(fields && { select: fields }),
  };
}
