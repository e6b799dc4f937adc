import type { SortKey } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import type { Format } from '@sluice/contracts/formats';
import { offeredFormats } from '../values/offered-formats';
import { type Operand, operatorsOf } from '../values/operators';
import type { View } from './view';

/** Lists the operators that a field may be compared by in this view; none where it cannot be filtered by. */
export function allowedOperators(view: View, { name }: Field, operand: Operand): readonly FilterOperator[] {
  if (view.filterable && !view.filterable.includes(name)) return [];
  const on = Object.hasOwn(view.operators, name) ? view.operators[name] : undefined;
  return on ? operatorsOf[operand].filter((op) => on.includes(op)) : operatorsOf[operand];
}

/** Whether rows can be sorted by the field; json fields have an order only inside. */
export function isSortable(view: View, { name }: Field, operand: Operand): boolean {
  return operand !== 'json' && (view.sortable?.includes(name) ?? true);
}

/** The order of rows for a query that asks for none: empty for the order of the file. */
export function defaultSort(view: View): SortKey[] {
  return [...view.defaultSort];
}

/** The formats that `_format` may ask for. */
export function allowedFormats(view: View): readonly Format[] {
  return offeredFormats(view.formats);
}

/** Text fields in which `_q` looks for words. */
export function searchedFields(view: View): string[] {
  return view.fields
    .filter((field) => field.type === 'text' && allowedOperators(view, field, 'text').length > 0)
    .map(({ name }) => name);
}

/** Whether `_group` and `_agg` may be used. */
export function mayAggregate(view: View): boolean {
  return view.aggregation;
}
