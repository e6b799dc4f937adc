import type { Field } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import type { Api } from '@sluice/contracts/registry/apis';
import { controls, takesControl } from '@sluice/query/values/controls';
import { operatorsOf, takesMany } from '@sluice/query/values/operators';

/** A field that a consumer may filter by, with the operators that the publisher left on. */
export interface Filterable {
  field: Field;
  operators: readonly FilterOperator[];
}

/** One line of the form. */
export interface Condition {
  op: FilterOperator;
  value: string;
}

export interface QueryForm {
  parameters: Readonly<Record<string, string>>;
  conditions: Readonly<Record<string, Condition>>;
  sort: string;
  descending: boolean;
  limit: string;
  more: string;
}

export const emptyForm: QueryForm = {
  parameters: {},
  conditions: {},
  sort: '',
  descending: false,
  limit: '10',
  more: '',
};

/** The fields that consumers see, in the publisher's order. */
export function visibleFields(api: Api, fields: readonly Field[]): Field[] {
  if (api.exposed === null) return [...fields];
  return api.exposed.flatMap((name) => fields.find((field) => field.name === name) ?? []);
}

export function filterableFields(api: Api, fields: readonly Field[]): Filterable[] {
  return visibleFields(api, fields)
    .filter(({ name }) => api.filterable?.includes(name) ?? true)
    .map((field) => {
      const on = api.operators?.[field.name];
      return { field, operators: operatorsOf[field.type].filter((op) => on?.includes(op) ?? true) };
    });
}

/** The query string that the form stands for, without `?`. A field that has no value asks nothing. */
export function queryOf({ parameters, conditions, sort, descending, limit, more }: QueryForm): string {
  const asked = new URLSearchParams();
  addParameters(asked, parameters);
  for (const [field, { op, value }] of Object.entries(conditions)) {
    const name = op === 'eq' ? field : `${field}__${op}`;
    const values = takesMany(op) ? value.split('\n') : [value];
    for (const each of values) if (each !== '') asked.append(name, each);
  }
  if (sort !== '') asked.append('_sort', `${descending ? '-' : ''}${sort}`);
  if (limit !== '') asked.append('_limit', limit);
  const rest = more.trim().replace(/^[?&]/, '');
  return [asked.toString(), rest].filter((part) => part !== '').join('&');
}

/** The API's own parameters alone, as the file of an API takes them. */
export function parametersOf({ parameters }: QueryForm): string {
  const asked = new URLSearchParams();
  addParameters(asked, parameters);
  return asked.toString();
}

/** The same query of the whole result: without what pages alone take. */
export function exportQueryOf(query: string): string {
  const asked = new URLSearchParams(query);
  for (const control of controls) if (control === '_format' || !takesControl('exports', control)) asked.delete(control);
  return asked.toString();
}

function addParameters(asked: URLSearchParams, parameters: QueryForm['parameters']): void {
  for (const [name, value] of Object.entries(parameters)) if (value !== '') asked.append(name, value);
}
