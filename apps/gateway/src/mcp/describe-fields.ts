import { aggregateFunctions, dateParts } from '@sluice/contracts/catalogue/row-groups';
import type { Field } from '@sluice/contracts/fields';
import { aggregateTypes, partTypes } from '@sluice/query/reading/row-groups';
import { type Operand, operatorsOf } from '@sluice/query/values/operators';
import type { View } from '@sluice/query/views/view';
import { allowedOperators, isSortable, mayAggregate } from '@sluice/query/views/view-rules';
import { z } from 'zod';

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
