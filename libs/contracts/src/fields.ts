import { z } from 'zod';

/** The types that a field can have, in the words of the API. */
const fieldTypes = ['text', 'integer', 'number', 'decimal', 'boolean', 'date', 'datetime', 'time', 'json'] as const;
export const FieldType = z.enum(fieldTypes).meta({ id: 'FieldType' });
export type FieldType = z.infer<typeof FieldType>;

export const MAX_FIELD_NAME_LENGTH = 63;
/** More columns than this are refused at import: a route with all its fields must fit into one message. */
export const MAX_FIELDS = 1_000;

/** A name as used in the API: neither starts nor ends with `_` nor contains `__`, which belong to controls and operators. */
export const FieldName = z
  .string()
  .max(MAX_FIELD_NAME_LENGTH)
  .regex(/^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$/, 'not a field name');

/**
 * A column of a dataset version. `min` and `max` are the smallest and largest value as they are written in JSON text;
 * `distinct` is exact up to 1,000,000 rows of a file, else an estimate. All three are null where the type has no order or no value is there.
 */
export const Field = z
  .object({
    name: FieldName,
    label: z.string().meta({ description: 'The header as it stood in the source' }),
    type: FieldType,
    scale: z.int().min(0).max(38).optional().meta({ description: 'Digits after the point of a decimal field' }),
    nullable: z.boolean(),
    min: z.string().nullable(),
    max: z.string().nullable(),
    distinct: z.int().nullable(),
  })
  .meta({ id: 'Field' });
export type Field = z.infer<typeof Field>;
