import type { Control } from './controls';

/** What people bring from other systems, in lower case and without signs, and what it is called here. */
const spellings: Readonly<Record<string, Control>> = {
  limit: '_limit',
  top: '_limit',
  first: '_limit',
  perpage: '_limit',
  pagesize: '_limit',
  size: '_limit',
  offset: '_offset',
  skip: '_offset',
  start: '_offset',
  page: '_cursor',
  cursor: '_cursor',
  after: '_cursor',
  asof: '_at',
  at: '_at',
  timestamp: '_at',
  sort: '_sort',
  sortby: '_sort',
  order: '_sort',
  orderby: '_sort',
  select: '_select',
  fields: '_select',
  columns: '_select',
  filter: '_filter',
  where: '_filter',
  q: '_q',
  query: '_q',
  search: '_q',
  count: '_count',
  format: '_format',
  group: '_group',
  groupby: '_group',
  pretty: '_pretty',
};

/** Finds the control that a parameter means which is called otherwise elsewhere: `$limit`, `per_page`, `_fields`. */
export function ourControl(parameter: string): Control | undefined {
  const name = parameter.toLowerCase().replace(/[^a-z]/g, '');
  return Object.hasOwn(spellings, name) ? spellings[name] : undefined;
}

/** Finds the sort key that an order means which is written otherwise elsewhere: `id desc`, `id:asc`. */
export function ourSortKey(item: string): string | undefined {
  const [, name, direction] = /^([^\s:]{1,200})(?:\s+|:)(asc|desc)$/i.exec(item.trim()) ?? [];
  if (name === undefined || direction === undefined) return undefined;
  return direction.toLowerCase() === 'desc' ? `-${name}` : name;
}
