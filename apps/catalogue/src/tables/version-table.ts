import type { Field } from '@sluice/contracts/fields';
import type { RenderedRows } from './rendered-rows';

/** A snapshot of a version as this replica can query it. */
export interface VersionTable {
  /**
   * Names the content. All snapshots of a version go by one id: a later one has the rows of the earlier ones at the same
   * positions, but for those that were replaced, and more behind them. Never used for anything else again.
   */
  id: string;
  /** SQL of the table: the fields, and `_row`, the position of the row from 0. */
  sql: string;
  fields: Field[];
  rowCount: number;
  /** The gaps that later rows left, which took the place of earlier ones. */
  gaps?: Gaps;
  /** The exponent of two that makes the numbers of a field whole ones, so that they can be added in any order. */
  units?: ReadonlyMap<string, number>;
  /** The rows as JSON, as far as they were rendered and are on the disk. */
  rendered?: RenderedRows;
}

interface Gaps {
  /** SQL like that of the table, with the rows that were replaced among the others. */
  allSql: string;
  /** Every position is below. */
  end: number;
  /** Positions of the rows that are not there, ascending. */
  positions: Uint32Array;
}

/** The position of a row, a hidden column of every version's table. */
export const ROW = '_row';

/** The number of the commit that brought a row, a hidden column of tables of rows that came after the version's file. */
export const ADDED = '_added';

/** Every position of the table is below. */
export function endOf({ rowCount, gaps }: VersionTable): number {
  return gaps?.end ?? rowCount;
}

/** SQL of the rows at every position, also of those that were replaced: the same for every snapshot, as far as it goes. */
export function allRows({ sql, gaps }: VersionTable): string {
  return gaps?.allSql ?? sql;
}

/** SQL of the rows of a relation but for those at the positions that a statement gives. */
export function withoutRows(sql: string, positions: string): string {
  return `(SELECT * FROM ${sql} ANTI JOIN (${positions}) USING (${ROW}))`;
}
