import { MAX_OFFSET } from '@sluice/contracts/catalogue/rows';
import { type Control, controlsOf, type QueryResource } from '../values/controls';
import type { View } from '../views/view';
import { allowedFormats, isSortable, mayAggregate, searchedFields } from '../views/view-rules';

/** A JSON Schema as OpenAPI 3.1 carries it. */
export type JsonSchema = Record<string, unknown>;

/** One control as documents tell it. */
export interface ControlDescription {
  name: Control;
  description: string;
  schema: JsonSchema;
}

/** Describes the controls that a resource takes from callers of this view, in the order of the table of controls. */
export function describeControls(view: View, resource: QueryResource): ControlDescription[] {
  return controlsOf(resource).flatMap((name) => {
    const described = describers[name](view);
    return described ? [{ name, ...described }] : [];
  });
}

/**
 * A filter tree, of which an empty one asks for nothing. Any field may be a key; what it may be compared by is told by its
 * own parameters.
 */
const filterSchema: JsonSchema = {
  type: 'object',
  description: 'A filter: {field: value}, {field: {operator: value}}, {"_and": […]}, {"_or": […]}, {"_not": {…}}',
};

/** Null where the view has no use for the control. */
type Describer = (view: View) => Omit<ControlDescription, 'name'> | null;

const describers: Readonly<Record<Control, Describer>> = {
  _select: (view) => ({
    description: 'Fields of the answer, in this order',
    schema: wordsOf(view.fields.map(({ name }) => name)),
  }),
  _filter: () => ({
    description: 'Conditions that parameters cannot say: `{"_or": [{"field": {"gte": 1}}, {"_not": {"other": null}}]}`',
    schema: filterSchema,
  }),
  _q: (view) =>
    searchedFields(view).length > 0
      ? {
          description: 'Words to find in the text fields, whatever their case and accents',
          schema: { type: 'string', minLength: 1 },
        }
      : null,
  _group: (view) =>
    mayAggregate(view)
      ? {
          description: 'Groups instead of rows: `field`, `month(field)`, with `:name` for another name',
          schema: textsLike(view.fields[0]?.name ?? ''),
        }
      : null,
  _agg: (view) =>
    mayAggregate(view)
      ? {
          description: 'What to tell of each group: `count`, `sum(field)`, with `:name` for another name',
          schema: textsLike('count:n'),
        }
      : null,
  _sort: (view) => {
    const names = view.fields.filter((field) => isSortable(view, field, field.type)).map(({ name }) => name);
    return {
      description: 'Order; `-` before a name for descending. Of groups: names of their values',
      schema: mayAggregate(view) ? textsLike(names[0] ?? 'n') : wordsOf(names.flatMap((name) => [name, `-${name}`])),
    };
  },
  _limit: (view) => ({
    description: `Rows per page, ${view.defaultLimit} when absent`,
    schema: { type: 'integer', minimum: 1, maximum: view.maxLimit },
  }),
  _cursor: () => ({
    description: 'Where the page begins: `page.nextCursor` of the page before',
    schema: { type: 'string', minLength: 1 },
  }),
  _at: (view) =>
    view.history === false
      ? null
      : {
          description: 'The rows as of a commit (`meta.commit`), or as of a time (RFC 3339)',
          schema: { type: 'string', minLength: 1, examples: ['1', '2026-01-31T13:45:00Z'] },
        },
  _offset: () => ({
    description: 'Rows to skip; cursors go on from there',
    schema: { type: 'integer', minimum: 0, maximum: MAX_OFFSET },
  }),
  _count: () => choice('`exact` counts all matching rows into `page.total`', ['none', 'exact']),
  _shape: () => choice('`array` leaves the envelope away', ['object', 'array']),
  _format: (view) => choice('Format of the answer; wins over Accept', allowedFormats(view)),
  _pretty: (view) =>
    allowedFormats(view).includes('json') ? choice('`true` indents JSON, for people', ['true', 'false']) : null,
  _bom: (view) =>
    hasCsv(view) ? choice('`true` begins CSV with a byte order mark, for spreadsheets', ['true', 'false']) : null,
  _formulas: (view) =>
    hasCsv(view)
      ? choice('`escape` writes an apostrophe before CSV cells that a spreadsheet would compute', ['keep', 'escape'])
      : null,
};

function hasCsv(view: View): boolean {
  return allowedFormats(view).includes('csv');
}

function choice(description: string, words: readonly string[]): Omit<ControlDescription, 'name'> {
  return { description, schema: { type: 'string', enum: words } };
}

function textsLike(example: string): JsonSchema {
  return { type: 'array', items: { type: 'string', examples: [example] } };
}

function wordsOf(words: readonly string[]): JsonSchema {
  return { type: 'array', items: { type: 'string', enum: words } };
}
