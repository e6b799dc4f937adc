import { MAX_OFFSET } from '@sluice/contracts/catalogue/rows';
import type { Field, FieldType } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import { operatorMeanings, operatorsOf, takesMany, valueType } from '../values/operators';
import type { View } from '../views/view';
import { allowedFormats, allowedOperators, isSortable, mayAggregate, searchedFields } from '../views/view-rules';

/** A JSON Schema as OpenAPI 3.1 carries it. */
export type JsonSchema = Record<string, unknown>;

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

/** Every parameter that a request may carry, each typed, so that a form can be made of them. */
export function queryParameters(view: View, example: Record<string, unknown>): QueryParameter[] {
  const named = view.parameters.map(({ name, type, description, default: preset }): QueryParameter => {
    return { name, in: 'query', description, required: preset === null, schema: typeSchemas[type] };
  });
  const controls = controlParameters(view);
  const room = Math.max(0, MAX_PARAMETERS - named.length - controls.length);
  return [...named, ...filterParameters(view, example, room), ...controls];
}

/** What every field can be asked comes before what only the first ones could; fields stay together. */
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

function controlParameters(view: View): QueryParameter[] {
  const names = view.fields.map(({ name }) => name);
  const sortable = view.fields.filter((field) => isSortable(view, field, field.type)).map(({ name }) => name);
  const groups = [
    control(
      '_group',
      'Groups instead of rows: `field`, `month(field)`, with `:name` for another name',
      texts(names[0] ?? ''),
    ),
    control(
      '_agg',
      'What to tell of each group: `count`, `sum(field)`, with `:name` for another name',
      texts('count:n'),
    ),
  ];
  return [
    control('_select', 'Fields of the answer, in this order', list(names)),
    {
      name: '_filter',
      in: 'query',
      description:
        'Conditions that parameters cannot say: `{"_or": [{"field": {"gte": 1}}, {"_not": {"other": null}}]}`',
      content: { 'application/json': { schema: filterSchema } },
    },
    ...(searchedFields(view).length > 0
      ? [control('_q', 'Words to find in the text fields, whatever their case and accents', { type: 'string' })]
      : []),
    ...(mayAggregate(view) ? groups : []),
    control(
      '_sort',
      'Order; `-` before a name for descending. Of groups: names of their values',
      mayAggregate(view) ? texts(sortable[0] ?? 'n') : list(sortable.flatMap((name) => [name, `-${name}`])),
    ),
    control('_limit', `Rows per page, ${view.defaultLimit} when absent`, {
      type: 'integer',
      minimum: 1,
      maximum: view.maxLimit,
    }),
    control('_cursor', 'Where the page begins: `page.nextCursor` of the page before', { type: 'string' }),
    control('_offset', 'Rows to skip; cursors go on from there', { type: 'integer', minimum: 0, maximum: MAX_OFFSET }),
    control('_count', '`exact` counts all matching rows into `page.total`', choice(['none', 'exact'])),
    control('_shape', '`array` leaves the envelope away', choice(['object', 'array'])),
    control('_format', 'Format of the answer; wins over Accept', choice(allowedFormats(view))),
    control('_pretty', '`true` indents JSON, for people', choice(['true', 'false'])),
    ...(allowedFormats(view).includes('csv') ? csvControls : []),
  ];
}

const csvControls = [
  control('_bom', '`true` begins CSV with a byte order mark, for spreadsheets', choice(['true', 'false'])),
  control(
    '_formulas',
    '`escape` writes an apostrophe before CSV cells that a spreadsheet would compute',
    choice(['keep', 'escape']),
  ),
];

/** A filter tree; any field may be a key, and what it may be compared by is told by its own parameters. */
export const filterSchema: JsonSchema = {
  type: 'object',
  minProperties: 1,
  description: 'A filter: {field: value}, {field: {operator: value}}, {"_and": […]}, {"_or": […]}, {"_not": {…}}',
};

function control(name: string, description: string, schema: JsonSchema): QueryParameter {
  const parameter: QueryParameter = { name, in: 'query', description, schema };
  return schema.type === 'array' ? { ...parameter, style: 'form', explode: false } : parameter;
}

function choice(words: readonly string[]): JsonSchema {
  return { type: 'string', enum: words };
}

function texts(example: string): JsonSchema {
  return { type: 'array', items: { type: 'string', examples: [example] } };
}

function list(words: string[]): JsonSchema {
  return { type: 'array', items: { type: 'string', enum: words } };
}

/** The body of `POST {path}/_query`. */
export function queryBodySchema(view: View): JsonSchema {
  const words = { oneOf: [{ type: 'array', items: { type: 'string' }, minItems: 1 }, { type: 'string' }] };
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...(view.parameters.length > 0 && { parameters: { type: 'object', additionalProperties: true } }),
      select: words,
      filter: filterSchema,
      q: { type: 'string' },
      ...(mayAggregate(view) && { group: words, agg: words }),
      sort: words,
      limit: { type: 'integer', minimum: 1, maximum: view.maxLimit },
      cursor: { type: 'string' },
      offset: { type: 'integer', minimum: 0, maximum: MAX_OFFSET },
      count: choice(['none', 'exact']),
      shape: choice(['object', 'array']),
      format: choice(allowedFormats(view)),
      ...(allowedFormats(view).includes('csv') && {
        bom: choice(['true', 'false']),
        formulas: choice(['keep', 'escape']),
      }),
    },
  };
}
