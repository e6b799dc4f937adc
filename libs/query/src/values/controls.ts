/** The resources of an API that read rows by a query. */
const queryResources = ['rows', 'query', 'exports', 'changes'] as const;
export type QueryResource = (typeof queryResources)[number];

const everywhere = queryResources;
const onPages = ['rows', 'query', 'changes'] as const;
const onPagesOfRows = ['rows', 'query'] as const;
const notOnChanges = ['rows', 'query', 'exports'] as const;

/**
 * The one table of controls: which resources take each of them, in the order of the documents. The parser, the documents
 * and `_schema` read it. The body of a query calls the same controls without `_`.
 */
const resourcesOf = {
  _select: everywhere,
  _filter: everywhere,
  _q: everywhere,
  _group: notOnChanges,
  _agg: notOnChanges,
  _sort: notOnChanges,
  _limit: onPages,
  _cursor: onPages,
  _at: notOnChanges,
  _offset: onPagesOfRows,
  _count: onPagesOfRows,
  _shape: onPagesOfRows,
  _format: everywhere,
  _pretty: onPages,
  _bom: notOnChanges,
  _formulas: notOnChanges,
} as const satisfies Record<`_${string}`, readonly QueryResource[]>;

export type Control = keyof typeof resourcesOf;

/** Every control of a query. */
export const controls = Object.keys(resourcesOf) as Control[];

/** Lists the controls that a resource takes. */
export function controlsOf(resource: QueryResource): Control[] {
  return controls.filter((control) => takesControl(resource, control));
}

/** Tells whether a resource takes a control. */
export function takesControl(resource: QueryResource, control: Control): boolean {
  const takers: readonly QueryResource[] = resourcesOf[control];
  return takers.includes(resource);
}

/** Why a resource takes fewer controls than pages of rows do, in words for its callers. */
export const reasonsForFewer: Readonly<Record<QueryResource, string>> = {
  rows: 'pages of rows do not take it',
  query: 'the body of a query does not take it',
  exports: 'an export is the whole result, without pages',
  changes: 'changes are told in the order in which they came, one for each key',
};
