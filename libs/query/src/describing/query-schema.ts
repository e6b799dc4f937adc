import { aggregateFunctions, dateParts, MAX_GROUPS } from '@sluice/contracts/catalogue/row-groups';
import { MAX_OFFSET } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import { MAX_FILTER_DEPTH, MAX_FILTER_LEAVES, MAX_IN_VALUES } from '@sluice/contracts/filter';
import { aggregateTypes, partTypes } from '../reading/row-groups';
import { controlsOf } from '../values/controls';
import type { View } from '../views/view';
import {
  allowedFormats,
  allowedOperators,
  defaultSort,
  isSortable,
  mayAggregate,
  searchedFields,
} from '../views/view-rules';

/** Everything that a query of a view may say, for programs: fields, types, operators, limits. */
export function querySchema(view: View): object {
  const aggregates = mayAggregate(view);
  return {
    fields: view.fields.map((field) => fieldSchema(field, view, aggregates)),
    ...(view.parameters.length > 0 && { parameters: view.parameters }),
    controls: controlsOf('rows').filter((name) => name !== '_at' || view.history !== false),
    defaultSort: defaultSort(view).map(({ field, descending }) => (descending ? `-${field}` : field)),
    search: searchedFields(view),
    formats: allowedFormats(view),
    aggregation: aggregates,
    limits: {
      defaultLimit: view.defaultLimit,
      maxLimit: view.maxLimit,
      maxOffset: MAX_OFFSET,
      maxFilterDepth: MAX_FILTER_DEPTH,
      maxComparisons: MAX_FILTER_LEAVES,
      maxInValues: MAX_IN_VALUES,
      maxGroups: MAX_GROUPS,
    },
  };
}

function fieldSchema(field: Field, view: View, aggregates: boolean): object {
  const { name, label, type, scale, nullable } = field;
  return {
    name,
    label,
    type,
    ...(scale !== undefined && { scale }),
    nullable,
    operators: allowedOperators(view, field, type),
    // `name.key` names a value inside.
    ...(type === 'json' && { pathOperators: allowedOperators(view, field, 'path') }),
    sortable: isSortable(view, field, type),
    ...(aggregates && {
      aggregates: aggregateFunctions.filter((fn) => aggregateTypes[fn].includes(type)),
      groupParts: dateParts.filter((part) => partTypes[part].includes(type)),
    }),
  };
}
