import type { JsonSchema } from '@sluice/query/describing/describe-controls';

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };
const integer = { type: 'integer' };

/** Describes the envelope around a page of items; `page` and `meta` name the members that this kind of page has of its own. */
function envelopeOf(item: JsonSchema, page: Record<string, JsonSchema>, meta: string[]): JsonSchema {
  const texts = Object.fromEntries(['dataset', ...meta, 'snapshot'].map((name) => [name, text]));
  return {
    type: 'object',
    required: ['data', 'page', 'links', 'meta'],
    properties: {
      data: { type: 'array', items: item },
      page: {
        type: 'object',
        required: ['limit', 'returned', 'hasMore', 'nextCursor'],
        properties: {
          limit: integer,
          returned: integer,
          hasMore: { type: 'boolean' },
          nextCursor: nullableText,
          ...page,
        },
      },
      links: { type: 'object', required: ['self', 'next'], properties: { self: text, next: nullableText } },
      meta: {
        type: 'object',
        required: [...Object.keys(texts), 'version'],
        properties: { ...texts, version: integer, commit: { ...integer, description: 'For `_at`' } },
      },
    },
  };
}

/** Refers to a schema among the components. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

const total = { ...integer, description: 'All matching rows; without filters always there' };

/** The shapes in which rows are answered: pages and bare lists of them, and of groups where the API has those. */
export function rowShapes(row: JsonSchema, hasGroups: boolean): Record<string, JsonSchema> {
  const group = {
    type: 'object',
    description: 'The values of one group, by the names that `_group` and `_agg` give them',
    additionalProperties: true,
  };
  return {
    Row: row,
    RowsPage: { ...envelopeOf(refTo('Row'), { total }, ['api']), description: 'A page of rows' },
    RowList: { type: 'array', items: refTo('Row'), description: 'The rows alone: `_shape=array`, and every export' },
    ...(hasGroups && {
      Group: group,
      GroupsPage: {
        ...envelopeOf(refTo('Group'), { total }, ['api']),
        description: 'A page of groups: with `_group` or `_agg`',
      },
      GroupList: { type: 'array', items: refTo('Group'), description: 'The groups alone' },
    }),
  };
}

/** A page of rows of a version that a publisher looks into: without an API, and with any fields. */
export const rowsOfVersion = envelopeOf({ type: 'object', additionalProperties: true }, { total }, []);

/** The shapes of changes. */
export const changeShapes: Readonly<Record<string, JsonSchema>> = {
  Change: {
    type: 'object',
    required: ['change'],
    properties: {
      change: { type: 'string', enum: ['added', 'changed', 'removed'] },
      key: { type: 'object', description: 'The values of the key fields, where the dataset has any' },
      row: { ...refTo('Row'), description: 'Not of a row that was removed' },
    },
  },
  ChangesPage: { ...envelopeOf(refTo('Change'), {}, ['api', 'since']), description: 'A page of changes' },
};
