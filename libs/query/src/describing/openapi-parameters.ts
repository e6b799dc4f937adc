import type { Field, FieldType } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import type { QueryResource } from '../values/controls';
import { operatorMeanings, operatorsOf, takesMany, valueType } from '../values/operators';
import type { View } from '../views/view';
import { allowedOperators } from '../views/view-rules';
import { type ControlDescription, describeControls, type JsonSchema } from './describe-controls';

export interface QueryParameter {
  name: string;
  in: 'query';
  description: string;
  required?: boolean;
  schema?: JsonSchema;
  /** For a value that is JSON itself. */
  content?: { 'application/json': { schema: JsonSchema } };
  style?: 'form';
  explode?: boolean;
}

/** More would make a document that no reader scrolls through; `_schema` tells of every field and operator. */
const MAX_PARAMETERS = 150;

const typeSchemas: Record<FieldType, JsonSchema> = {
  text: { type: 'string' },
  integer: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  decimal: { type: 'number', description: 'Exact decimal number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  time: { type: 'string', format: 'time' },
  json: { description: 'Any JSON value' },
};

/** The schema of a field's values as they stand in a row. */
export function valueSchema(field: Field): JsonSchema {
  const schema = typeSchemas[field.type];
  return field.nullable && 'type' in schema ? { ...schema, type: [schema.type, 'null'] } : schema;
}

/** Lists the parameters that a request to a resource may carry, each typed, so that a form can be made of them. */
export function queryParameters(
  view: View,
  example: Record<string, unknown>,
  resource: Exclude<QueryResource, 'query'>,
): QueryParameter[] {
  const named = view.parameters.map(({ name, type, description, default: preset }): QueryParameter => {
    return { name, in: 'query', description, required: preset === null, schema: typeSchemas[type] };
  });
  const controls = describeControls(view, resource).map(controlParameter);
  const room = Math.max(0, MAX_PARAMETERS - named.length - controls.length);
  return [...named, ...filterParameters(view, example, room), ...controls];
}

/** Lists are one parameter with commas, and a filter is JSON. */
function controlParameter({ name, description, schema }: ControlDescription): QueryParameter {
  const parameter = { name, in: 'query' as const, description };
  if (name === '_filter') return { ...parameter, content: { 'application/json': { schema } } };
  return schema.type === 'array' ? { ...parameter, schema, style: 'form', explode: false } : { ...parameter, schema };
}

/** Describes as many filters as there is room for: the first operators of every field come before any further ones. */
function filterParameters(view: View, example: Record<string, unknown>, room: number): QueryParameter[] {
  const possible = view.fields.flatMap((field) =>
    allowedOperators(view, field, field.type).map((op) => ({ field, op })),
  );
  const urgency = ({ field, op }: (typeof possible)[number]) => operatorsOf[field.type].indexOf(op);
  const chosen = new Set([...possible].sort((a, b) => urgency(a) - urgency(b)).slice(0, room));
  return possible
    .filter((each) => chosen.has(each))
    .map(({ field, op }) => filterParameter(field, op, example[field.name]));
}

function filterParameter(field: Field, op: FilterOperator, example: unknown): QueryParameter {
  const subject = field.label === field.name ? field.name : `“${field.label}”`;
  const type = valueType(field.type, op);
  // In the schema, not beside it: a form would send every example along as a filter.
  const shown = type === field.type && example !== null && example !== undefined ? { examples: [example] } : {};
  const value = { ...typeSchemas[type], ...shown };
  const parameter: QueryParameter = {
    name: op === 'eq' ? field.name : `${field.name}__${op}`,
    in: 'query',
    description: `Rows whose ${subject} ${operatorMeanings[op]}`,
    schema: value,
  };
  if (!takesMany(op)) return parameter;
  return { ...parameter, schema: { type: 'array', items: value }, style: 'form', explode: true };
}
