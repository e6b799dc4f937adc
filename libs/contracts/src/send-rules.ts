import { z } from 'zod';
import { DatePattern } from './date-pattern';

const MAX_SEND_BYTES = 10_000_000;
const MAX_SEND_ROWS = 10_000;
/** What a version takes by sends unless its API says otherwise: ten million rows, 4 GiB of them. */
const STORED_ROWS = 10_000_000;
const STORED_BYTES = 4 * 1024 ** 3;
const MAX_CHOICES = 1_000;
const MAX_PATTERN_LENGTH = 500;

/** A number of many digits is written as a text, so that none is lost. */
const Value = z.union([z.string().max(1_000), z.number(), z.boolean()]);

/** A rule for one field of a sent row, besides the field's type. */
export const FieldRule = z
  .strictObject({
    required: z.boolean().optional().meta({ description: 'The field has to be there and not null' }),
    default: Value.nullish().meta({ description: 'What a row gets that does not have the field' }),
    min: Value.optional().meta({ description: 'The smallest value; for text the least number of characters' }),
    max: Value.optional().meta({ description: 'The largest value; for text the greatest number of characters' }),
    pattern: z
      .string()
      .min(1)
      .max(MAX_PATTERN_LENGTH)
      .optional()
      .meta({ description: 'An RE2 expression that the whole text matches' }),
    oneOf: z.array(Value).min(1).max(MAX_CHOICES).optional().meta({ description: 'The only values that are taken' }),
  })
  .meta({ id: 'FieldRule' });
export type FieldRule = z.infer<typeof FieldRule>;

/** How the CSV that an API takes is written; without, by RFC 4180 with plain values. */
export const SentCsvForm = z
  .strictObject({
    delimiter: z.enum([',', ';', '\t', '|']).optional().meta({ description: 'Between cells; a comma by default' }),
    nulls: z.array(z.string().max(100)).max(50).optional().meta({ description: 'Cells that stand for no value' }),
    decimal: z.enum(['.', ',']).optional().meta({ description: 'What stands before the fraction of numbers' }),
    dateFormat: DatePattern.optional().meta({ description: 'Of dates, such as dd/MM/yyyy' }),
    datetimeFormat: DatePattern.optional().meta({
      description: 'Of dates with times, in UTC, such as dd/MM/yyyy HH:mm',
    }),
  })
  .meta({ id: 'SentCsvForm' });
export type SentCsvForm = z.infer<typeof SentCsvForm>;

/** The rules for rows that are sent to a POST API. */
export const SendRules = z
  .strictObject({
    maxBytes: z.int().min(1).max(MAX_SEND_BYTES).meta({ description: 'Of one unpacked body' }),
    maxRows: z.int().min(1).max(MAX_SEND_ROWS).meta({ description: 'Of one request' }),
    maxStoredRows: z
      .int()
      .min(1)
      .default(STORED_ROWS)
      .meta({ description: 'The API adds no row beyond so many that were sent to the version' }),
    maxStoredBytes: z
      .int()
      .min(1)
      .default(STORED_BYTES)
      .meta({ description: 'The same in bytes of rows, as JSON without the names of fields' }),
    unknownFields: z
      .enum(['refuse', 'ignore'])
      .meta({ description: 'What happens to a field that the API does not take' }),
    lenient: z
      .boolean()
      .meta({ description: 'Whether `Prefer: handling=lenient` may keep the valid rows of a request with bad ones' }),
    csv: SentCsvForm.default({}),
    fields: z.record(z.string(), FieldRule).meta({ description: 'Rules for single fields' }),
  })
  .meta({ id: 'SendRules' });
export type SendRules = z.infer<typeof SendRules>;

/** The rules as a publisher sends them: an absent member has its default. */
export const SendRulesChange = SendRules.partial().meta({ id: 'SendRulesChange' });
export type SendRulesChange = z.infer<typeof SendRulesChange>;

/** The default rules: any fields of the dataset, none of them required. */
export const openSendRules: SendRules = {
  maxBytes: MAX_SEND_BYTES,
  maxRows: MAX_SEND_ROWS,
  maxStoredRows: STORED_ROWS,
  maxStoredBytes: STORED_BYTES,
  unknownFields: 'refuse',
  lenient: false,
  csv: {},
  fields: {},
};
