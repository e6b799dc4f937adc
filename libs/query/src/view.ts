import type { Field } from '@sluice/contracts/fields';
import { MAX_PAGE_ROWS } from '@sluice/contracts/rows';

/** What an API lets its consumers see and ask for. A field that is not in it does not exist for them. */
export interface View {
  fields: readonly Field[];
  defaultLimit: number;
  maxLimit: number;
}

const DEFAULT_LIMIT = 100;

/** The view of an API whose publisher set nothing: every field, pages of 100 rows, 1,000 at most. */
export function openView(fields: readonly Field[]): View {
  return { fields, defaultLimit: DEFAULT_LIMIT, maxLimit: MAX_PAGE_ROWS };
}
