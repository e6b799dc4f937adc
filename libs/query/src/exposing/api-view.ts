import type { SortKey } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import type { ApiParameter, ApiSettings } from '@sluice/contracts/registry/api-settings';
import { parseValue } from '../values/value';
import type { RowFilter, View, ViewParameter } from '../views/view';
import { bindRowFilter, rowFilterParameters } from './row-filter';

/**
 * Makes the view that consumers of an API have of a version with these fields. Settings name fields that a version may not have (a cursor
 * goes on in an older one): such a field is left out, but a row filter that does not fit throws, and opens nothing.
 */
export function viewOf(settings: ApiSettings, fields: readonly Field[]): View {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const exposed = settings.exposed?.flatMap((name) => byName.get(name) ?? []) ?? fields;
  const rowFilter = settings.rowFilter && rowFilterOf(settings.rowFilter, fields);
  return {
    // Statistics tell of all rows, also of those that the filter keeps back.
    fields: rowFilter ? exposed.map((field) => ({ ...field, min: null, max: null, distinct: null })) : exposed,
    filterable: settings.filterable,
    operators: settings.operators ?? {},
    sortable: settings.sortable,
    defaultSort: settings.defaultSort.map(sortKeyOf).filter(({ field }) => byName.has(field.split('.', 1)[0] ?? field)),
    defaultLimit: settings.limits.defaultPage,
    maxLimit: settings.limits.maxPage,
    aggregation: settings.aggregation,
    export: settings.export,
    ...(!settings.history && { history: false as const }),
    formats: settings.formats,
    parameters: settings.parameters.map(parameterOf),
    rowFilter,
  };
}

/** `-amount` is amount, the largest first. */
export function sortKeyOf(text: string): SortKey {
  const descending = text.startsWith('-');
  return { field: descending ? text.slice(1) : text, descending };
}

function parameterOf({ name, type, description, default: preset }: ApiParameter): ViewParameter {
  const value = preset === null || preset === undefined ? null : parseValue({ type }, String(preset));
  return { name, type, description, default: value?.ok ? value.value : null };
}

function rowFilterOf(tree: Record<string, unknown>, fields: readonly Field[]): RowFilter {
  if (rowFilterParameters(tree).length > 0) return { tree, bind: (values) => bindRowFilter(tree, fields, values) };
  const filter = bindRowFilter(tree, fields, {});
  return { tree, bind: () => filter };
}
