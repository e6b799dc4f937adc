import { type SortKey } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import type { Filter, FilterOperator } from '@sluice/contracts/filter';
import { type ListedFormat, listedFormats } from '@sluice/contracts/formats';
import { MAX_PAGE_ROWS } from '@sluice/contracts/page';
import type { ApiParameter } from '@sluice/contracts/registry/api-settings';

/** A named parameter of an endpoint. Its default is in canonical text; without one it has to be given. */
export interface ViewParameter {
  name: string;
  type: ApiParameter['type'];
  default: string | null;
  description: string;
}

/** The condition that holds for every row that consumers get, whatever they ask for; it may name hidden fields. */
export interface RowFilter {
  /** As the publisher wrote it. */
  tree: unknown;
  /** With the canonical values of all parameters in their places. */
  bind(values: Readonly<Record<string, string>>): Filter;
}

/** The fields and controls that an API opens to its consumers. A field outside of it does not exist for them. */
export interface View {
  /** In the publisher's order. */
  fields: readonly Field[];
  /** Fields that may be filtered by, with the operators that the publisher left on; null is all of them. */
  filterable: readonly string[] | null;
  /** For single fields the operators that may be used, of those that their type has. */
  operators: Readonly<Record<string, readonly FilterOperator[]>>;
  sortable: readonly string[] | null;
  /** Empty is the order of the file. */
  defaultSort: readonly SortKey[];
  defaultLimit: number;
  maxLimit: number;
  /** Whether `_group` and `_agg` may be used. */
  aggregation: boolean;
  export: boolean;
  /** False where the rows of now alone are shown. It is left out otherwise: names of views that were given before stay as they are. */
  history?: false;
  /** As they are listed: the first is for those who ask for none. */
  formats: readonly ListedFormat[];
  parameters: readonly ViewParameter[];
  rowFilter: RowFilter | null;
}

const DEFAULT_LIMIT = 100;

/** The view of an API whose publisher set nothing: every field, pages of 100 rows, 1,000 at most. */
export function openView(fields: readonly Field[]): View {
  return {
    fields,
    filterable: null,
    operators: {},
    sortable: null,
    defaultSort: [],
    defaultLimit: DEFAULT_LIMIT,
    maxLimit: MAX_PAGE_ROWS,
    aggregation: true,
    export: true,
    formats: listedFormats,
    parameters: [],
    rowFilter: null,
  };
}
