import { aggregateFunctions, dateParts } from '@sluice/contracts/catalogue/row-groups';
import type { Field } from '@sluice/contracts/fields';
import { writeExactly } from '@sluice/query/describing/exact-json';
import { aggregateTypes, partTypes } from '@sluice/query/reading/row-groups';
import { type Sendable, sentValueSchema } from '@sluice/query/sending/sent-row-schema';
import { type Operand, operatorsOf } from '@sluice/query/values/operators';
import type { View } from '@sluice/query/views/view';
import { allowedOperators, isSortable, mayAggregate } from '@sluice/query/views/view-rules';
import { z } from 'zod';
import { plainRow } from './rows-of-page';

const Words = z.array(z.string());
/** A field; what it has in common with others of its type is left to the type. */
export const DescribedField = z.object({
  name: z.string(),
  label: z.string().optional().describe('As in the source, where it differs'),
  type: z.string(),
  nullable: z.boolean(),
  operators: Words.optional().describe('Where they are not those of its type'),
  insideOperators: Words.optional().describe('Of `name.key`, a value inside, where they are not those of `path`'),
  sortable: z.literal(false).optional(),
  required: z.literal(true).optional().describe('Each row that is sent has to have it'),
  value: z.record(z.string(), z.unknown()).optional().describe('JSON Schema of a value that is sent'),
});
export type DescribedField = z.output<typeof DescribedField>;

/** What values of a type can be asked for. */
export const DescribedType = z.object({ operators: Words, aggregates: Words.optional(), groupParts: Words.optional() });
export type DescribedType = z.output<typeof DescribedType>;

export function describeField(view: View, field: Field): DescribedField {
  const { name, label, type, nullable } = field;
  const operators = allowedOperators(view, field, type);
  const inside = type === 'json' ? allowedOperators(view, field, 'path') : operatorsOf.path;
  return {
    name,
    ...(label !== name && { label }),
    type,
    nullable,
    ...(operators.length < operatorsOf[type].length && { operators: [...operators] }),
    ...(inside.length < operatorsOf.path.length && { insideOperators: [...inside] }),
    ...(type !== 'json' && !isSortable(view, field, type) && { sortable: false as const }),
  };
}

/** Describes the fields of rows that are sent. */
export function describeSentFields({ fields, rules }: Sendable): DescribedField[] {
  return fields.map((field) => {
    const { name, label, type, nullable } = field;
    const rule = rules.fields[name];
    const required = rule?.required === true;
    const known = { name, ...(label !== name && { label }), type, nullable: nullable && !required };
    const value = plainRow(writeExactly(sentValueSchema(field, rule)));
    return { ...known, ...(required && { required }), value };
  });
}

/** Describes each type that the view has, and with json what is inside. */
export function describeTypes(view: View): Record<string, DescribedType> {
  const types = new Set<Operand>(view.fields.map(({ type }) => type));
  if (types.has('json')) types.add('path');
  return Object.fromEntries([...types].sort().map((type) => [type, describeType(view, type)]));
}

function describeType(view: View, type: Operand): DescribedType {
  const operators = [...operatorsOf[type]];
  if (!mayAggregate(view) || type === 'path') return { operators };
  const aggregates = aggregateFunctions.filter((each) => aggregateTypes[each].includes(type));
  const groupParts = dateParts.filter((each) => partTypes[each].includes(type));
  return { operators, aggregates, ...(groupParts.length > 0 && { groupParts }) };
}
