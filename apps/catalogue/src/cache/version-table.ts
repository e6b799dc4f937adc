import type { Field } from '@sluice/contracts/fields';

/** A version as this replica can query it. */
export interface VersionTable {
  /** SQL name of the table: the fields, and `_row`, the position in the source from 0. */
  sql: string;
  fields: Field[];
  rowCount: number;
}

/** The position of a row, a hidden column of every version's table. */
export const ROW = '_row';
