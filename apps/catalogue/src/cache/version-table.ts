import type { Field } from '@sluice/contracts/fields';

/** A snapshot of a version as this replica can query it. */
export interface VersionTable {
  /**
   * Names the content. All snapshots of a version go by one id: a later one has the rows of the earlier ones at the same
   * positions, and more behind them. Never used for anything else again.
   */
  id: string;
  /** SQL of the table: the fields, and `_row`, the position of the row from 0. */
  sql: string;
  fields: Field[];
  rowCount: number;
  /** Positions have gaps, where later rows took the place of earlier ones: nothing may be concluded from them. */
  hasGaps?: boolean;
  /** Of fields whose numbers can be added in any order: the exponent of two that makes them whole ones. */
  units?: ReadonlyMap<string, number>;
}

/** The position of a row, a hidden column of every version's table. */
export const ROW = '_row';

/** The number of the commit that brought a row, a hidden column of tables of rows that came after the version's file. */
export const ADDED = '_added';
