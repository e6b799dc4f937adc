import type { Field, FieldType } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import type { QueryResource } from '../values/controls';
import { operatorMeanings, operatorsOf, takesMany, valueType } from '../values/operators';
import type { View } from '../views/view';
import { allowedOperators } from '../views/view-rules';
import { type ControlDescription, describeControls, type JsonSchema } from './describe-controls';
import { exactValue, readExactly } from './exact-json';

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
  /** The operator of a filter, so that forms can tell filters from what every request may say. */
  'x-filter'?: FilterOperator;
}

/** Longer examples explain nothing, and each stands at every operator of its field. */
const MAX_EXAMPLE_CHARS = 100;
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
  // No `format: time`: that one wants an offset (RFC 3339, full-time), and a time of day has none.
  time: {
    type: 'string',
    pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?$',
    description: 'Time of day without an offset, as 13:45:00',
  },
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
    return {
      name,
      in: 'query',
      description: description || 'A value of the condition that holds for all rows',
      required: preset === null,
      schema: { ...typeSchemas[type], ...(preset !== null && { default: exactValue(type, preset) }) },
    };
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
  const found = type === field.type ? exampleFor(field, op, example) : undefined;
  // In the schema, not beside it: a form would send every example along as a filter.
  const shown = isTelling(found) ? { examples: [found] } : {};
  const value = { ...typeSchemas[type], ...shown };
  const parameter: QueryParameter = {
    name: op === 'eq' ? field.name : `${field.name}__${op}`,
    in: 'query',
    description: `Rows whose ${subject} ${operatorMeanings[op]}`,
    schema: value,
    'x-filter': op,
  };
  if (!takesMany(op)) return parameter;
  return { ...parameter, schema: { type: 'array', items: value }, style: 'form', explode: true };
}

/** Finds a value by which rows are found: that of the example row, or the end of the field that others lie beyond. */
function exampleFor({ min, max }: Field, op: FilterOperator, example: unknown): unknown {
  if (op === 'ne' || op === 'nin') return undefined;
  if (op !== 'gt' && op !== 'lt') return example;
  const end = op === 'gt' ? min : max;
  return end === null || min === max ? undefined : readExactly(end);
}

function isTelling(example: unknown): boolean {
  if (typeof example === 'string') return example.length > 0 && example.length <= MAX_EXAMPLE_CHARS;
  return example !== null && example !== undefined;
}
