import type { Field, FieldType } from '@sluice/contracts/fields';
import { MAX_OFFSET } from '@sluice/contracts/rows';
import type { View } from './view';

/** A JSON Schema as OpenAPI 3.1 carries it. */
export type JsonSchema = Record<string, unknown>;

export interface QueryParameter {
  name: string;
  in: 'query';
  description: string;
  schema: JsonSchema;
  style?: 'form';
  explode?: boolean;
}

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

/** Every parameter that a request may carry, each typed, so that a form can be made of them. */
export function queryParameters(view: View, example: Record<string, unknown>): QueryParameter[] {
  const filters = view.fields.filter((field) => field.type !== 'json');
  const names = view.fields.map((field) => field.name);
  const sortable = filters.flatMap(({ name }) => [name, `-${name}`]);
  return [
    ...filters.map((field) => filterParameter(field, example[field.name])),
    control('_select', 'Fields of the answer, in this order', list(names)),
    control('_sort', 'Order of the rows; `-` before a field for descending', list(sortable)),
    control('_limit', `Rows per page, ${view.defaultLimit} when absent`, {
      type: 'integer',
      minimum: 1,
      maximum: view.maxLimit,
    }),
    control('_cursor', 'Where the page begins: `page.nextCursor` of the page before', { type: 'string' }),
    control('_offset', 'Rows to skip; cursors go on from there', { type: 'integer', minimum: 0, maximum: MAX_OFFSET }),
    control('_count', '`exact` counts all matching rows into `page.total`', {
      type: 'string',
      enum: ['none', 'exact'],
    }),
    control('_shape', '`array` leaves the envelope away', { type: 'string', enum: ['object', 'array'] }),
  ];
}

function filterParameter(field: Field, example: unknown): QueryParameter {
  const description = `Rows whose ${field.label === field.name ? field.name : `“${field.label}”`} equals the value`;
  const schema = typeSchemas[field.type];
  // In the schema, not beside it: a form would send every example along as a filter.
  const shown = example === null || example === undefined ? schema : { ...schema, examples: [example] };
  return { name: field.name, in: 'query', description, schema: shown };
}

function control(name: string, description: string, schema: JsonSchema): QueryParameter {
  const parameter: QueryParameter = { name, in: 'query', description, schema };
  return schema.type === 'array' ? { ...parameter, style: 'form', explode: false } : parameter;
}

function list(words: string[]): JsonSchema {
  return { type: 'array', items: { type: 'string', enum: words } };
}
