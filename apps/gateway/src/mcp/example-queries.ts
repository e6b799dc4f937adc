import type { View } from '@sluice/query/views/view';
import { allowedOperators, isSortable, mayAggregate } from '@sluice/query/views/view-rules';

const FEW = 3;
const MAX_VALUE_LENGTH = 100;

/** Writes arguments of query_dataset that work as they stand: rows that are chosen and sorted, and groups that are counted. */
export function exampleQueries(
  dataset: string,
  view: View,
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown>[] {
  const parameters = view.parameters.some((each) => each.default === null)
    ? { parameters: Object.fromEntries(view.parameters.map(({ name }) => [name, '…'])) }
    : {};
  const compared = view.fields.find((field) => {
    const value = row[field.name];
    const isShort = typeof value === 'string' ? value.length <= MAX_VALUE_LENGTH : typeof value === 'number';
    return isShort && allowedOperators(view, field, field.type).includes('eq');
  });
  const sorted = view.fields.find((field) => isSortable(view, field, field.type));
  const grouped = view.fields.find(({ type }) => type === 'text' || type === 'boolean');
  const rows = {
    ...{ dataset, select: view.fields.slice(0, FEW).map(({ name }) => name), ...parameters },
    ...(compared && { filter: { [compared.name]: { eq: row[compared.name] } } }),
    ...(sorted && { sort: [`-${sorted.name}`] }),
    limit: 10,
  };
  if (!mayAggregate(view) || !grouped) return [rows];
  return [rows, { dataset, ...parameters, group: [grouped.name], agg: ['count:n'], sort: ['-n'], limit: 10 }];
}
