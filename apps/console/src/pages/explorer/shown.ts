import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Field } from '@sluice/contracts/fields';
import type { Row } from '../../server/rows';
import { count, plural } from '../../ui/units';
import type { GridField } from '../rows/columns';

/** Says how many rows stay, and of how many. Rows that were replaced by their key are in `rowCount`: there only those that were looked at tell. */
export function stayingRows(
  total: number,
  { rowCount, keyFields }: Pick<Version, 'rowCount' | 'keyFields'>,
  query: string,
  lookedAt: number | undefined,
): string {
  if (isGrouped(query)) return plural(total, 'group');
  const all = lookedAt ?? (keyFields === null ? rowCount : undefined);
  return all === undefined || total >= all ? plural(total, 'row') : `${count(total)} of ${plural(all, 'row')}`;
}

/** Tells whether a query answers with groups instead of rows. */
export function isGrouped(query: string): boolean {
  const asked = new URLSearchParams(query);
  return asked.has('_group') || asked.has('_agg');
}

/** A selection or a grouping answers with other columns than the version has. */
export function shownFields(fields: readonly Field[], row: Row = {}): GridField[] {
  return Object.keys(row).map((name) => fields.find((field) => field.name === name) ?? { name, type: 'text' });
}
